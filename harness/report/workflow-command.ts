export type CommandKind = 'error' | 'warning' | 'notice';

/**
 * A workflow command of GitHub, in one line. What would end it or one of its properties is escaped as GitHub's own toolkit does.
 */
export function workflowCommand(kind: CommandKind, properties: Record<string, string>, message: string): string {
  const pairs = Object.entries(properties).map(
    ([name, value]) => `${name}=${escapedData(value).replaceAll(':', '%3A').replaceAll(',', '%2C')}`,
  );
  return `::${kind} ${pairs.join(',')}::${escapedData(message)}`;
}

function escapedData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

import { exitCode } from '../common/errors.ts';
import { findingKey } from '../findings/finding.ts';
import { readEvidence, readPackText } from '../pack/read-pack.ts';
import { rulerChange } from '../pack/ruler.ts';
import type { Context } from './context.ts';
import { formatOption, type Command, type FlagsOf, type Invoke } from './options.ts';

const flags = (command: Command) => command.addOption(formatOption('added and removed, by kind'));

/** `rolecall diff`. */
export const define = (command: Command, invoke: Invoke) =>
  flags(command)
    .argument('<before>')
    .argument('<after>')
    .action((before, after, options) => invoke((context) => diff(before, after, options, context)));

/** Compares two packs: privileges at head, assertions, findings, verdict, and what they were measured by. 1 when the second one is worse, or was measured by less. */
export async function diff(
  before: string,
  after: string,
  { format }: FlagsOf<typeof flags>,
  { answer }: Context,
): Promise<number> {
  const [old, young] = await Promise.all([readEvidence(before), readEvidence(after)]);
  const [oldFacts, youngFacts] = await Promise.all([before, after].map(privileges));
  const result = {
    verdict: { before: old.verdict.status, after: young.verdict.status },
    ruler: rulerChange(old, young),
    privileges: changes(oldFacts!, youngFacts!),
    assertions: changes(green(old), green(young)),
    findings: changes(old.findings.map(findingKey), young.findings.map(findingKey)),
  };
  const lines = [
    `verdict ${result.verdict.before} → ${result.verdict.after}`,
    ...result.ruler.changed.map((line) => `ruler ${result.ruler.weaker.includes(line) ? 'weaker: ' : ''}${line}`),
    ...(['privileges', 'assertions', 'findings'] as const).flatMap((what) => [
      ...result[what].added.map((line) => `${what} + ${line}`),
      ...result[what].removed.map((line) => `${what} - ${line}`),
    ]),
  ];
  answer(format === 'json' ? `${JSON.stringify(result)}\n` : `${lines.join('\n').replaceAll('\t', ' ')}\n`);
  const worse =
    result.ruler.weaker.length > 0 ||
    result.findings.added.length > 0 ||
    result.assertions.removed.length > 0 ||
    young.verdict.exit_code > old.verdict.exit_code;
  return worse ? exitCode.broken : exitCode.holds;
}

async function privileges(pack: string): Promise<string[]> {
  return (await readPackText(pack, 'privileges.head.txt')).trimEnd().split('\n');
}

/** Assertions that are ok at head. */
function green({ assertions }: Awaited<ReturnType<typeof readEvidence>>): string[] {
  return assertions.filter(({ head }) => head === 'ok').map(({ suite, name }) => `${suite}: ${name}`);
}

function changes(before: readonly string[], after: readonly string[]): { added: string[]; removed: string[] } {
  const [old, young] = [new Set(before), new Set(after)];
  return { added: after.filter((line) => !old.has(line)), removed: before.filter((line) => !young.has(line)) };
}

import type { CodePage } from './code-pages.ts';

/** `docs/findings.md`: every code, each with an anchor of its own and a link to its page. Pure. */
export function findingsIndex(pages: readonly CodePage[]): string {
  return [
    '# Codes of findings',
    'A finding has a code that never changes. `rolecall explain CODE` prints the page of a code, `rolecall explain` lists all. A finding that you accept for a time is named by its code: [`accepted`](contract.md#accepted).',
    ...pages.flatMap(({ code, title, severity, remedy }) => [
      `## ${code}`,
      `${title}${severity === undefined ? '' : ` Severity: ${severity}.`}`,
      `**Remedy.** ${remedy} [Example and reasons](findings/${code}.md)`,
    ]),
  ].join('\n\n');
}

/** The page of a code: what it says, why it matters, and an example of the flaw and its repair. Pure. */
export function findingPage({ code, title, severity, why, remedy, source, example, from }: CodePage): string {
  return [
    `# ${code}`,
    title,
    `Severity: ${severity ?? 'decided by what was found'}. [All codes](../findings.md)`,
    ...(example === undefined ? [] : ['## What it says', fenced('text', example.message)]),
    '## Why it matters',
    why,
    ...(example === undefined
      ? []
      : [
          '## Example',
          `Everything else of this case stands in [${fileOf(example.base)}](../../${example.base}).`,
          fenced(example.language ?? 'sql', example.flaw),
        ]),
    '## How to put it right',
    remedy,
    ...(example === undefined || example.printed === ''
      ? []
      : [
          'The finding prints what puts this case right:',
          fenced('sql', example.printed),
          'The same case, written right:',
        ]),
    ...(example === undefined ? [] : [fenced(example.language ?? 'sql', example.fixed)]),
    [
      ...(source === undefined ? [] : [`Source: ${source}`]),
      `This page comes from ${from.map((file) => `[${fileOf(file)}](../../${file})`).join(', ')}.`,
    ].join('\n\n'),
  ].join('\n\n');
}

const fileOf = (file: string) => file.slice(file.lastIndexOf('/') + 1);

const fenced = (language: string, text: string) => `\`\`\`${language}\n${text}\n\`\`\``;

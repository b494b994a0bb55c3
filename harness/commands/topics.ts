import { readFile } from 'node:fs/promises';

import { environmentText } from './environment.ts';
import { exitCodesHelp, exitsOfContract, type Verb } from './verb.ts';

/** The topics of `rolecall help TOPIC` besides the commands. */
export const topics = [
  { name: 'contract', about: 'what a contract says, block by block' },
  { name: 'environment', about: 'the environment variables that are read' },
  { name: 'exit-codes', about: 'what each exit code means' },
  { name: 'proof-levels', about: 'how far something can be proven, and what each level needs' },
  { name: 'sessions', about: 'how a session says which tenant it is for' },
  { name: 'topologies', about: 'where Postgres comes from' },
] as const;

/** The text of a topic; undefined if there is none. */
export async function readTopic(name: string, verbs: readonly Verb[]): Promise<string | undefined> {
  switch (name) {
    case 'topics':
      return [...topics.map((topic) => `${topic.name.padEnd(14)} ${topic.about}`), '', 'rolecall help TOPIC'].join(
        '\n',
      );
    case 'environment':
      return environmentText();
    case 'exit-codes':
      return exitCodesText(verbs);
    case 'contract':
      return (await import('../contract/contract-document.ts')).contractText();
    default:
      return topics.some((topic) => topic.name === name)
        ? readFile(new URL(`topics/${name}.md`, import.meta.url), 'utf8')
        : undefined;
  }
}

/** The exit codes of commands that judge, then the commands with other meanings. */
function exitCodesText(verbs: readonly Verb[]): string {
  const own = verbs.filter(({ exits }) => exits !== exitsOfContract);
  const lines = own.flatMap(({ name, exits }) =>
    Object.entries(exits).map(([code, meaning]) => `  ${name.padEnd(11)} ${code}  ${String(meaning)}`),
  );
  return [exitCodesHelp(exitsOfContract), '', 'Of commands that judge something else:', ...lines].join('\n');
}

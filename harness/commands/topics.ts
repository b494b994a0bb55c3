import { readFile } from 'node:fs/promises';

import { environmentText } from './environment.ts';
import { exitCodesHelp, exitsOfContract, type Verb } from './verb.ts';

/** What `rolecall help TOPIC` tells of beside the commands. */
export const topics = [
  { name: 'contract', about: 'what a contract says, block by block' },
  { name: 'environment', about: 'the environment variables that are read' },
  { name: 'exit-codes', about: 'what each exit code means' },
  { name: 'proof-levels', about: 'how far something can be proven, and what each level needs' },
  { name: 'sessions', about: 'how a session says which tenant it is for' },
  { name: 'topologies', about: 'where Postgres comes from' },
] as const;

/** The text about a topic; undefined where there is no such one. */
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

/** The codes of the judgement, then what they mean where a command says otherwise. */
function exitCodesText(verbs: readonly Verb[]): string {
  const own = verbs.filter(({ exits }) => exits !== exitsOfContract);
  const lines = own.flatMap(({ name, exits }) =>
    Object.entries(exits).map(([code, meaning]) => `  ${name.padEnd(11)} ${code}  ${String(meaning)}`),
  );
  return [exitCodesHelp(exitsOfContract), '', 'Of commands that judge something else:', ...lines].join('\n');
}

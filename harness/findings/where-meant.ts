import type { Finding } from './finding.ts';

/** An edit of the contract, in words, and its lines. */
export interface ContractStep {
  words: string;
  lines: string;
}

/** The edits of the contract that resolve a finding if what it found is intended: lines to remove, then lines to write. */
export function whereMeant({ declare, retract }: Pick<Finding, 'declare' | 'retract'>): ContractStep[] {
  return [
    ...(retract === undefined ? [] : [{ words: 'or, if it is intended, remove from the contract:', lines: retract }]),
    ...(declare === undefined
      ? []
      : [
          {
            words: retract === undefined ? 'or, if it is intended, write in the contract:' : 'and write there:',
            lines: declare,
          },
        ]),
  ];
}

/** The same as plain text, each line of the contract indented. */
export function whereMeantText(finding: Pick<Finding, 'declare' | 'retract'>): string {
  return whereMeant(finding)
    .map(({ words, lines }) => `\n${words}\n${lines.replaceAll(/^/gm, '  ')}`)
    .join('');
}

import type { Finding } from './finding.ts';

/** An edit of the contract, in words, and its lines. */
export interface ContractStep {
  words: string;
  lines: string;
}

type Lines = Pick<Finding, 'declare' | 'retract' | 'retract_with_remedy'>;

/**
 * The edits of the contract that a finding asks for: lines to remove with its remedy; and if what it found is intended, lines to
 * remove, then lines to write.
 */
export function whereMeant({ declare, retract, retract_with_remedy: withRemedy }: Lines): ContractStep[] {
  return [
    ...(withRemedy === undefined ? [] : [{ words: 'and with it, remove from the contract:', lines: withRemedy }]),
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
export function whereMeantText(finding: Lines): string {
  return whereMeant(finding)
    .map(({ words, lines }) => `\n${words}\n${lines.replaceAll(/^/gm, '  ')}`)
    .join('');
}

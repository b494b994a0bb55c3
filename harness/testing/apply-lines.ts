import { parse, stringify } from 'yaml';

import { together, without, type ContractLines, type ContractPart } from '../findings/contract-lines.ts';

/** The text of a contract as somebody makes it who takes out and writes the lines that a finding prints. */
export function withLines(text: string, { declare = '{}', retract = '{}' }: ContractLines): string {
  const part = (lines: string) => parse(lines) as ContractPart;
  const contract = parse(text, { merge: true }) as ContractPart;
  return stringify(together(without(contract, part(retract)), part(declare)), { aliasDuplicateObjects: false });
}

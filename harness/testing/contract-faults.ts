import { expect } from 'vitest';

import { RolecallError } from '../common/errors.ts';
import { parseContract } from '../contract/parse-contract.ts';

/** The faults for which a text is refused, without the file's name. */
export function faultsOf(text: string): string[] {
  try {
    parseContract('c.yaml', text);
  } catch (error) {
    expect(error).toBeInstanceOf(RolecallError);
    const { code, message, next, exit } = error as RolecallError;
    expect({ code, exit, next }).toEqual({ code: 'bad-contract', exit: 2, next: expect.stringMatching(/\.$/) });
    const [first, ...lines] = message.split('\n');
    const more = Number(/^- and (\d+) more$/.exec(lines.at(-1) ?? '')?.[1] ?? 1) - 1;
    const count = lines.length + more;
    expect(first).toBe(`the contract has ${count === 1 ? 'a fault' : `${count} faults`}`);
    return lines.map((line) => line.replace(/^- c\.yaml:/, ''));
  }
  return [];
}

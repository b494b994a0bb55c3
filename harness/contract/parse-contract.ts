import type { z } from 'zod';

import { RolecallError } from '../common/errors.ts';
import { contractSchema, type ParsedContract } from './contract.ts';
import { crossChecks, type Fault } from './cross-checks.ts';
import { ContractSource } from './source.ts';

/** A parsed contract, and the way back from a key to its line. */
export interface Contract {
  /** Path of the file as the user named it. */
  file: string;
  contract: ParsedContract;
  source: ContractSource;
}

/** The contract that `text` holds; refuses with one `bad-contract` error that lists every fault with line and column. */
export function parseContract(file: string, text: string): Contract {
  const source = new ContractSource(text);
  if (source.syntaxFaults.length > 0) {
    throw refusal(file, source, source.syntaxFaults);
  }
  const parsed = contractSchema.safeParse(source.toJS(), { reportInput: true });
  if (!parsed.success) {
    throw refusal(
      file,
      source,
      parsed.error.issues.flatMap((issue) => toFaults(issue)).map((fault) => located(source, fault)),
    );
  }
  const faults = crossChecks(parsed.data);
  if (faults.length > 0) {
    throw refusal(
      file,
      source,
      faults.map((fault) => located(source, fault)),
    );
  }
  return { file, contract: parsed.data, source };
}

function located(source: ContractSource, { path, message }: Fault): { offset: number; message: string } {
  return { offset: source.offsetOf(path), message: path.length === 0 ? message : `${path.join('.')}: ${message}` };
}

function toFaults(issue: z.core.$ZodIssue): Fault[] {
  const path = issue.path as (string | number)[];
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => ({ path: [...path, key], message: 'unknown key' }));
    case 'invalid_union': {
      // The variant that got furthest is the one that was meant.
      const nearest = issue.errors.toSorted((a, b) => a.length - b.length)[0];
      return nearest === undefined || nearest.length === 0
        ? [{ path, message: issue.message }]
        : nearest.flatMap((inner) => toFaults({ ...inner, path: [...issue.path, ...inner.path] } as z.core.$ZodIssue));
    }
    case 'invalid_type':
      return [{ path, message: issue.input === undefined ? 'is missing' : `${issue.message}` }];
    default:
      return [{ path, message: issue.message }];
  }
}

function refusal(file: string, source: ContractSource, faults: { offset: number; message: string }[]): RolecallError {
  const lines = faults
    .toSorted((a, b) => a.offset - b.offset)
    .map(({ offset, message }) => {
      const { line, col } = source.position(offset);
      return `- ${file}:${line}:${col} ${message}`;
    });
  return new RolecallError('bad-contract', {
    message: `the contract has ${faults.length === 1 ? 'a fault' : `${faults.length} faults`}\n${[...new Set(lines)].join('\n')}`,
    next: 'Every key is described in contract.schema.json; editors that read YAML schemas check it as you type.',
  });
}

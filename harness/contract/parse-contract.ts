import type { z } from 'zod';

import { messageOf, RolecallError } from '../common/errors.ts';
import { contractSchema, type ParsedContract } from './contract.ts';
import { crossChecks } from './cross-checks.ts';
import { withPlatform } from './platforms/with-platform.ts';
import { ContractSource, type Fault } from './source.ts';
import { writtenOut } from './tenant-keys.ts';

/** A parsed contract, with the line of each key. */
export interface Contract {
  /** The path of the file as the user wrote it. */
  file: string;
  contract: ParsedContract;
  source: ContractSource;
}

/** The contract in `text`. Refuses with one `bad-contract` error that lists every fault with line and column. */
export function parseContract(file: string, text: string): Contract {
  const source = readSource(file, text);
  if (source.syntaxFaults.length > 0) {
    throw refusal(file, source, source.syntaxFaults);
  }
  const parsed = contractSchema.safeParse(withPlatform(source.toJS()), { reportInput: true });
  if (!parsed.success) {
    throw refusalOf(
      { file, source },
      parsed.error.issues.flatMap((issue) => toFaults(issue)),
    );
  }
  const { contract, faults: ofKeys, writtenAs } = writtenOut(parsed.data);
  writtenAs.forEach(({ section, key, as }) => source.isWrittenAs(section, key, as));
  const faults = [...unsaidHead(contract, source), ...ofKeys, ...crossChecks(contract)];
  if (faults.length > 0) {
    throw refusalOf({ file, source }, faults);
  }
  return { file, contract, source };
}

/** Only a folder shows which revision is the newest. A program has a word of its own for it. */
function unsaidHead({ migrations }: ParsedContract, source: ContractSource): Fault[] {
  return 'command' in migrations && !source.has(['revisions', 'head'])
    ? [
        {
          path: ['revisions'],
          message: 'head is missing: write the word that the command takes for the newest revision',
        },
      ]
    : [];
}

/** A contract of nested brackets is deeper than the parser can go. */
function readSource(file: string, text: string): ContractSource {
  try {
    return new ContractSource(text);
  } catch (error) {
    throw new RolecallError('bad-contract', {
      message: `${file} cannot be read as YAML: ${messageOf(error)}`,
      cause: error,
      next: 'Correct it, or name another file with --contract.',
    });
  }
}

/** Further faults are counted but not shown: each costs a search for its position. */
const most = 50;

/** The refusal `bad-contract` that names each fault with its line and column. */
export function refusalOf(
  { file, source }: Pick<Contract, 'file' | 'source'>,
  faults: readonly Fault[],
): RolecallError {
  // A fault in an entry that is written for every tenant is reported once.
  const all = [
    ...new Map(faults.map((one) => asWritten(source, one)).map((one) => [JSON.stringify(one), one])).values(),
  ];
  const shown = all.slice(0, most).map((fault) => located(source, fault));
  return refusal(file, source, shown, all.length - shown.length);
}

function asWritten(source: ContractSource, { path, message }: Fault): Fault {
  return { path: source.asWritten(path), message };
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
      // The variant with the fewest faults is the one that was meant.
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

function refusal(
  file: string,
  source: ContractSource,
  faults: { offset: number; message: string }[],
  more = Math.max(0, faults.length - most),
): RolecallError {
  const lines = faults
    .slice(0, most)
    .toSorted((a, b) => a.offset - b.offset)
    .map(({ offset, message }) => {
      const { line, col } = source.position(offset);
      return `- ${file}:${line}:${col} ${message}`;
    });
  const count = Math.min(faults.length, most) + more;
  const rest = more === 0 ? '' : `\n- and ${more} more`;
  return new RolecallError('bad-contract', {
    message: `the contract has ${count === 1 ? 'a fault' : `${count} faults`}\n${[...new Set(lines)].join('\n')}${rest}`,
    next: 'Every key is described in contract.schema.json; editors that read YAML schemas check it as you type.',
  });
}

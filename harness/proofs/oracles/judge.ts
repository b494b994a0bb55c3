import type { ParsedContract } from '../../contract/contract.ts';
import { isTenantIsolated } from '../../contract/declared.ts';
import type { Oracle } from './observe.ts';
import type { Unproven } from '../../findings/unproven.ts';
import type { Finding } from '../../findings/finding.ts';

/** What could not be proven about the oracles. */
export function unprovenOracles(oracles: readonly Oracle[]): Unproven[] {
  return oracles.flatMap(({ kind, table, key, identity, unproven }) =>
    unproven === null
      ? []
      : [{ phase: 'head', object: table, identity, access: `existence oracle (${kind}) by ${key}`, reason: unproven }],
  );
}

/** A finding for each key by which a login learned of a hidden row, or touched one, without knowing a random value. */
export function judgeOracles(contract: ParsedContract, oracles: readonly Oracle[]): Finding[] {
  const open = oracles.filter(({ open, guessable, table }) => open && guessable && isTenantIsolated(contract, table));
  const unique = new Map(
    open.map((oracle) => [
      JSON.stringify([oracle.table, oracle.key, oracle.identity, oracle.kind === 'cascade']),
      open.filter((other) => isSame(oracle, other)),
    ]),
  );
  return [...unique.values()].map(toFinding);
}

function isSame(a: Oracle, b: Oracle): boolean {
  return (
    a.table === b.table &&
    a.key === b.key &&
    a.identity === b.identity &&
    (a.kind === 'cascade') === (b.kind === 'cascade')
  );
}

const ways: Record<Oracle['kind'], string> = {
  unique: 'a value that a hidden row holds is refused, and a new one is not',
  conflict: 'ON CONFLICT DO NOTHING writes 0 rows against 1',
  'foreign-key': 'a hidden parent is accepted, and one that does not exist is refused',
  cascade: 'a statement it may execute touches rows that it cannot see',
};

function toFinding(oracles: Oracle[]): Finding {
  const { kind, table, key, identity } = oracles[0]!;
  const cascade = kind === 'cascade';
  return {
    code: 'existence-oracle',
    severity: kind === 'unique' || kind === 'conflict' ? 'low' : 'medium',
    object: table,
    identity,
    access: cascade ? `cascade ${key}` : key,
    message: `tried for real: by ${key} of ${table}, ${identity} ${cascade ? 'reaches rows of another tenant' : 'learns whether another tenant has a row'}: ${oracles.map((one) => ways[one.kind]).join('; ')}`,
    remedy:
      cascade || kind === 'foreign-key'
        ? `Make the tenant column part of ${key} and of the key it refers to, or let it restrict.`
        : `Make the tenant column part of ${key}, or let the server choose random values for it.`,
  };
}

import type { SqlName, SqlText } from '../../common/sql.ts';
import { ownTenantStands } from '../../attempts/own-tenant-stands.ts';
import { Transactions } from '../../attempts/transactions.ts';
import { replyOf } from '../../attempts/try-statement.ts';
import type { ParsedContract } from '../../contract/contract.ts';
import { isTenantIsolated } from '../../contract/declared.ts';
import { rowsRuleOf } from '../../contract/rows.ts';
import { tenantsOf } from '../../contract/sessions.ts';
import type { Subject } from '../proof.ts';
import { answersFor, digestOf, type Answer, type Told } from './answers.ts';
import { readLookup } from '../../postgres/lookup-by-name.ts';

const argumentsSql = readLookup(new URL('sql/tenant-arguments.sql', import.meta.url));

/** A SECURITY DEFINER function that was passed a tenant in an argument, by a login in the context of its own tenant. */
export interface TenantArgument extends Told {
  function: string;
  identity: string;
  /** The argument's position, from 1. */
  place: number;
  /** Whether the contract names the argument as the tenant. */
  is_declared: boolean;
  sql: string;
}

interface ArgumentRow extends Record<string, unknown> {
  name: SqlName;
  is_volatile: boolean;
  place: number;
  types: SqlText[];
  is_declared: boolean;
  /** Names of the tenant's values that the argument may take. */
  values: string[];
}

/** Calls, as each login, every definer function that takes a tenant as an argument. Everything is rolled back. */
export async function callWithTenants({
  contract,
  superuser,
  logins,
  ours,
  objects,
}: Subject): Promise<TenantArgument[]> {
  const tenants = tenantsOf(contract);
  const definers = Object.entries(contract.functions).filter(
    ([name, { security }]) => security === 'definer' && (objects?.has(name) ?? true),
  );
  if (tenants === undefined || definers.length === 0) {
    return [];
  }
  const declared = definers.flatMap(([name, { tenant_argument: place }]) =>
    place === undefined ? [] : [{ name, place }],
  );
  const rows = await superuser.query<ArgumentRow>(argumentsSql, [
    definers.map(([name]) => name),
    JSON.stringify(tenantColumns(contract)),
    JSON.stringify(declared),
    Object.keys(tenants.own),
  ]);
  const transactions = new Transactions();
  const called: TenantArgument[] = [];
  try {
    for (const { opened, stand } of ownTenantStands(contract, logins)) {
      const { identity } = opened;
      // A database that is not ours is spared the side effects of a function.
      for (const row of rows.filter(({ is_volatile }) => ours || !is_volatile)) {
        const ask = async (statement: SqlText): Promise<Answer> => {
          const answers = await transactions.run(stand, [statement]);
          return { reply: replyOf(answers), digest: answers.firsts[0] };
        };
        const told: Told[] = [];
        for (const value of row.values) {
          const { own, other, unknown } = tenants;
          told.push(await answersFor(row, { own: own[value]!, other: other[value]!, unknown: unknown[value]! }, ask));
        }
        called.push({
          function: row.name,
          identity,
          place: row.place,
          is_declared: row.is_declared,
          sql: digestOf(row, '…'),
          ...told.toSorted(byWhatTheyShow)[0]!,
        });
      }
    }
  } finally {
    await transactions.end().catch(() => undefined);
  }
  return called;
}

/** First what reveals most of another tenant, then what reveals most of the own one. */
function byWhatTheyShow(a: Told, b: Told): number {
  const given = ({ other, unknown }: Told) => Math.max(0, other.rows - unknown.rows);
  return (
    Number(b.other_differs) - Number(a.other_differs) ||
    given(b) - given(a) ||
    Number(b.own_differs) - Number(a.own_differs) ||
    b.own.rows - a.own.rows
  );
}

/** Columns that say who owns the rows of a table, with the tenant's value that each holds. */
function tenantColumns(contract: ParsedContract): { table: string; column: string; value: string }[] {
  return Object.keys(contract.tables)
    .filter((table) => isTenantIsolated(contract, table))
    .flatMap((table) => {
      const rule = rowsRuleOf(contract, table, () => true);
      return typeof rule === 'object' && rule.kind === 'column' ? [{ table, column: rule.column, value: rule.is }] : [];
    });
}

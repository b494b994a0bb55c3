import { sql, type SqlName, type SqlText } from '../../common/sql.ts';
import type { Reply } from '../../attempts/outcome.ts';
import { ownTenantStands } from '../../attempts/own-tenant-stands.ts';
import { Transactions } from '../../attempts/transactions.ts';
import { replyOf } from '../../attempts/try-statement.ts';
import type { ParsedContract } from '../../contract/contract.ts';
import { tenantsOf } from '../../contract/sessions.ts';
import type { Subject } from '../proof.ts';
import { othersByColumn, othersIn, type ResultColumn } from './others.ts';
import { readLookup } from '../../postgres/lookup-by-name.ts';

const resultsSql = readLookup(new URL('sql/definer-results.sql', import.meta.url));

/** A SECURITY DEFINER function that a login called in the context of its own tenant. */
export interface DefinerRows extends Reply {
  function: string;
  identity: string;
  /** Whether the contract says that it gives rows of every tenant, by `rows: all` or `only_through`. */
  is_for_all: boolean;
  /** How many of its rows do not belong to the tenant. */
  foreign_rows: number;
  /** The key of one of them; absent if none can be named. */
  foreign_row?: string;
  sql: string;
}

interface ResultRow extends Record<string, unknown> {
  name: SqlName;
  is_volatile: boolean;
  /** Null if it does not give rows of a table. */
  table: SqlName | null;
  columns: ResultColumn[];
}

/** Calls, as each login, every definer function whose rows have a known owner. Everything is rolled back. */
export async function callDefiners(subject: Subject): Promise<DefinerRows[]> {
  const { contract, superuser, logins, ours, objects } = subject;
  const tenants = tenantsOf(contract);
  const names = Object.entries(contract.functions)
    .filter(([name, { security }]) => security === 'definer' && (objects?.has(name) ?? true))
    .map(([name]) => name);
  if (tenants === undefined || names.length === 0) {
    return [];
  }
  const { shapes, calls } = await subject.ground();
  const rows = await superuser.query<ResultRow>(resultsSql, [names]);
  const transactions = new Transactions();
  const called: DefinerRows[] = [];
  try {
    for (const { opened: session, stand } of ownTenantStands(contract, logins)) {
      // A database that is not ours is spared the side effects of a function.
      for (const { name, table, columns } of rows.filter(({ is_volatile }) => ours || !is_volatile)) {
        const shape = table === null ? undefined : shapes.get(table);
        const others =
          table === null ? othersByColumn(contract, columns) : shape && othersIn(shape, tenants.own, session.identity);
        const call: SqlText | null = contract.functions[name]!.call ?? calls.get(name) ?? null;
        if (others === undefined || call === null) {
          continue;
        }
        const from = sql`(${call.replace(/;\s*$/, '') as SqlText}\n) as t`;
        const statement = sql`select ${others.key} from ${from} where ${others.condition}`;
        const reply = replyOf(await transactions.run(stand, [sql`select from ${from}`]));
        const foreign = await transactions.run(stand, [statement]);
        const key = foreign.firsts[0];
        called.push({
          ...reply,
          function: name,
          identity: session.identity,
          is_for_all: isForAll(contract, name),
          foreign_rows: foreign.counts[0] ?? 0,
          ...(key == null ? {} : { foreign_row: key }),
          sql: call,
        });
      }
    }
  } finally {
    await transactions.end().catch(() => undefined);
  }
  return called;
}

/** Whether the contract says that a function gives rows of every tenant, by `rows: all` or `only_through`. */
export function isForAll({ functions, tables }: ParsedContract, name: string): boolean {
  return functions[name]?.rows === 'all' || Object.values(tables).some(({ only_through: ways }) => ways.includes(name));
}

import { randomBytes } from 'node:crypto';

import { nameParts } from '../../catalog/identifiers.ts';
import { plainName, type SqlName } from '../../common/sql.ts';
import { quoteIdentifier, quoteLiteral } from '../../postgres/quote.ts';
import type { Session } from '../../postgres/session.ts';
import type { Transactions } from '../../attempts/transactions.ts';

/** A function that runs text it is given, the table that the text is to reach, and who calls it. */
export interface TextTrial {
  table: SqlName;
  /** Its call with every argument NULL. */
  call: string;
  role: string;
}

/** What texts go into: `null::text` and the like. */
const place = /null::(?:text|character varying|name|regclass)(?!\[)/g;

/**
 * The call that reached the table, with text that reads it or names it in one argument; undefined where none of those tried
 * did. It was reached where the server reports what was counted in it, or where the call ended and holds a lock of those that
 * reading and writing take.
 */
export async function reachedByText(
  superuser: Session,
  transactions: Transactions,
  begin: string,
  { table, call, role }: TextTrial,
): Promise<string | undefined> {
  const mark = `rolecall ${randomBytes(6).toString('hex')}`;
  const stand = {
    session: superuser,
    begin,
    before: [],
    enter: [`set local session authorization ${quoteIdentifier(role)}`],
  };
  const locks = locksOn(table);
  for (const sql of callsWith(call, textsFor(table, mark))) {
    const { error, firsts } = await transactions.run(stand, [locks, sql, locks]);
    if (error === undefined ? firsts[0] !== firsts[2] : error.message.includes(mark)) {
      return sql.replaceAll(mark, 'rolecall');
    }
  }
  return undefined;
}

function textsFor(table: SqlName, mark: string): string[][] {
  const [schema, name] = nameParts(table) as [SqlName, SqlName];
  // Counted, so that it comes to an error with a row and without.
  const counted = `(select ${quoteLiteral(mark)} || pg_catalog.count(*) from ${table})::integer`;
  return [
    [`select ${counted}`],
    [counted],
    [`(select ${counted}) as rolecall`],
    [table],
    [plainName(name)],
    [plainName(schema), plainName(name)],
  ];
}

/** Each text in each argument that takes one, those of two in neighbours. */
function callsWith(call: string, texts: readonly string[][]): string[] {
  const places = [...call.matchAll(place)];
  return texts.flatMap((values) =>
    places.slice(0, places.length - values.length + 1).map((_, first) => {
      let at = -1;
      return call.replaceAll(place, (blank) => {
        at += 1;
        const value = values[at - first];
        return value === undefined ? blank : `${quoteLiteral(value)}${blank.slice('null'.length)}`;
      });
    }),
  );
}

/** How many locks of reading and writing the transaction holds on a table; by its name, for the role may not use its schema. */
function locksOn(table: SqlName): string {
  const [schema, name] = nameParts(table) as [SqlName, SqlName];
  return `select pg_catalog.count(*) from pg_catalog.pg_locks as l
    join pg_catalog.pg_class as c on c.oid = l.relation
    join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
    where l.pid = pg_catalog.pg_backend_pid() and l.granted
      and n.nspname = ${quoteLiteral(plainName(schema))} and c.relname = ${quoteLiteral(plainName(name))}
      and l.mode in ('AccessShareLock', 'RowShareLock', 'RowExclusiveLock', 'AccessExclusiveLock')`;
}

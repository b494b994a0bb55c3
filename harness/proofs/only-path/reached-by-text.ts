import { randomBytes } from 'node:crypto';

import { nameParts } from '../../catalog/identifiers.ts';
import { plainName, type SqlName } from '../../common/sql.ts';
import { quoteIdentifier, quoteLiteral } from '../../postgres/quote.ts';
import type { Session } from '../../postgres/session.ts';
import type { Transactions } from '../../attempts/transactions.ts';

/** A function that runs text it is given, the table that the text is to reach, and the caller. */
export interface TextTrial {
  table: SqlName;
  /** Its call with every argument NULL. */
  call: string;
  role: string;
}

/** Arguments that accept text: `null::text` and the like. */
const place = /null::(?:text|character varying|name|regclass)(?!\[)/g;

/**
 * The call that reached the table, with text in one argument that reads it or names it; undefined if no call did. The table was
 * reached if the server reports the count of its rows, or if the call ended and holds a lock that reading and writing take.
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
  // A count, so that the cast fails whether the table has rows or not.
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

/** Calls with each text in each text argument; pairs of texts go into neighbouring arguments. */
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

/**
 * How many locks of reading and writing the transaction holds on a table. It is found by name, because the role may not use its
 * schema.
 */
function locksOn(table: SqlName): string {
  const [schema, name] = nameParts(table) as [SqlName, SqlName];
  return `select pg_catalog.count(*) from pg_catalog.pg_locks as l
    join pg_catalog.pg_class as c on c.oid = l.relation
    join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
    where l.pid = pg_catalog.pg_backend_pid() and l.granted
      and n.nspname = ${quoteLiteral(plainName(schema))} and c.relname = ${quoteLiteral(plainName(name))}
      and l.mode in ('AccessShareLock', 'RowShareLock', 'RowExclusiveLock', 'AccessExclusiveLock')`;
}

import { quoteIdentifier } from '../../postgres/quote.ts';
import { joined, sql, type SqlName, type SqlText } from '../../common/sql.ts';
import type { Session } from '../../postgres/session.ts';

/** A FROM item with the name of a relation and with columns of its names and types, without rows; undefined if there is none. */
export async function readStandIn(session: Session, relation: SqlName): Promise<SqlText | undefined> {
  const columns = await session.query<{ relation: string; name: SqlName; type: SqlText }>(
    `select c.relname as relation, pg_catalog.quote_ident(a.attname) as name, pg_catalog.format_type(a.atttypid, a.atttypmod) as type
     from pg_catalog.pg_class as c
     join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
     join pg_catalog.pg_attribute as a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
     where pg_catalog.format('%I.%I', n.nspname, c.relname) = $1
     order by a.attnum`,
    [relation],
  );
  // OFFSET 0 keeps the planner from merging it into the query, which would replace the columns by nulls.
  return columns[0] === undefined
    ? undefined
    : sql`(select ${joined(columns.map(({ name, type }) => sql`null::${type} as ${name}`))} offset 0) as ${quoteIdentifier(columns[0].relation)}`;
}

import { readFileSync } from 'node:fs';

import { sql, verbatim, type SqlText } from '../common/sql.ts';

const call = /pg_catalog\.(to_regclass|to_regprocedure)\(([\w."]+)\)/g;

/** The query in a file, changed by `lookingUpByName`. */
export function readLookup(file: URL): SqlText {
  return lookingUpByName(readFileSync(file, 'utf8'));
}

/**
 * The query with a replacement for to_regclass and to_regprocedure of a column. The replacement reads the catalog, because the
 * functions refuse a schema on which the session has no USAGE.
 */
export function lookingUpByName(query: string): SqlText {
  return query.replaceAll(call, (whole, lookup: string, name: string) => {
    const [asked, known] = [verbatim(name), verbatim(whole)];
    const part = (place: 1 | 2): SqlText => sql`(pg_catalog.parse_ident(${asked}, false))[${place === 1 ? '1' : '2'}]`;
    const isClosed = sql`exists (
      select from pg_catalog.pg_namespace as rolecall_closed
      where rolecall_closed.nspname = ${part(1)} and not pg_catalog.has_schema_privilege(rolecall_closed.oid, 'USAGE')
    )`;
    const found =
      lookup === 'to_regclass'
        ? sql`select rolecall_named.oid from pg_catalog.pg_class as rolecall_named
          join pg_catalog.pg_namespace as rolecall_schema on rolecall_schema.oid = rolecall_named.relnamespace
          where rolecall_schema.nspname = ${part(1)} and rolecall_named.relname = ${part(2)}`
        : sql`select rolecall_named.oid from pg_catalog.pg_proc as rolecall_named
          join pg_catalog.pg_namespace as rolecall_schema on rolecall_schema.oid = rolecall_named.pronamespace
          where rolecall_schema.nspname = ${part(1)} and rolecall_named.proname = ${part(2)} and rolecall_named.oid::pg_catalog.regprocedure::text = ${asked}`;
    return sql`case when ${isClosed} then (${found}) else ${known}::oid end`;
  }) as SqlText;
}

import { joined, type RawName, type RoleName, sql, type SqlName, type SqlText } from '../common/sql.ts';
import type { ListedKind } from '../contract/declared.ts';
import { everyone, roleSql as quotedRole } from '../catalog/role-name.ts';
import { quoteIdentifier, quoteLiteral } from '../postgres/quote.ts';

/** What operators call whatever they create. No schema of the tool's own: the facts must see it. */
export const mutantName = 'rolecall_mutant';

/** A role as GRANT takes it. */
export function roleSql(role: RoleName): SqlName {
  return role === everyone ? 'public' : quotedRole(role);
}

/** Runs `before` the current database's name and what comes `after` it: no mutant names a database. */
export function onDatabase(before: SqlText, after: SqlText): SqlText {
  const template = [before, after].map((part) => part.replaceAll('%', '%%')).join(' %I ');
  return sql`do $mutant$ begin execute pg_catalog.format(${quoteLiteral(template)}, pg_catalog.current_database()); end $mutant$`;
}

/** `grant select on table t to x` or `revoke …`: `what` and `rest` are what stands around the object. */
export function onObject(what: SqlText, kind: ListedKind | 'database', object: SqlName, rest: SqlText): SqlText {
  // ROUTINE covers procedures and aggregates too.
  return kind === 'database'
    ? onDatabase(sql`${what} on database`, rest)
    : sql`${what} on ${kind === 'function' ? 'routine' : kind} ${object} ${rest}`;
}

/** A setting's value as SET takes it: settings that hold a list are written as they are held. */
export function settingSql(setting: RawName, value: string): SqlText {
  return /^(search_path|temp_tablespaces|(local|session|shared)_preload_libraries)$/i.test(setting)
    ? value || "''"
    : quoteLiteral(value);
}

/** A setting's name as SET takes it, its parts quoted. */
export function settingName(setting: RawName): SqlName {
  return joined(setting.split('.').map(quoteIdentifier), '.');
}

import { joined, type RawName, type RoleName, sql, type SqlName, type SqlText } from '../common/sql.ts';
import type { ListedKind } from '../contract/declared.ts';
import { everyone, roleSql as quotedRole } from '../catalog/role-name.ts';
import { quoteIdentifier, quoteLiteral } from '../postgres/quote.ts';

/** The name of whatever operators create. They do not use the tool's own schema, because the facts must show what they create. */
export const mutantName = 'rolecall_mutant';

/** A role as GRANT takes it. */
export function roleSql(role: RoleName): SqlName {
  return role === everyone ? 'public' : quotedRole(role);
}

/** `before`, the current database's name and `after` as one statement: a mutant never contains the name of a database. */
export function onDatabase(before: SqlText, after: SqlText): SqlText {
  const template = [before, after].map((part) => part.replaceAll('%', '%%')).join(' %I ');
  return sql`do $mutant$ begin execute pg_catalog.format(${quoteLiteral(template)}, pg_catalog.current_database()); end $mutant$`;
}

/** `grant select on table t to x` or `revoke …`: `what` and `rest` are the text around the object. */
export function onObject(what: SqlText, kind: ListedKind | 'database', object: SqlName, rest: SqlText): SqlText {
  // ROUTINE covers procedures and aggregates too.
  return kind === 'database'
    ? onDatabase(sql`${what} on database`, rest)
    : sql`${what} on ${kind === 'function' ? 'routine' : kind} ${object} ${rest}`;
}

/** A setting's value as SET takes it. Settings that hold a list stay as they are. */
export function settingSql(setting: RawName, value: string): SqlText {
  return /^(search_path|temp_tablespaces|(local|session|shared)_preload_libraries)$/i.test(setting)
    ? value || "''"
    : quoteLiteral(value);
}

/** A setting's name as SET takes it, its parts quoted. */
export function settingName(setting: RawName): SqlName {
  return joined(setting.split('.').map(quoteIdentifier), '.');
}

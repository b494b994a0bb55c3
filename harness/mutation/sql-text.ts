import type { ListedKind } from '../contract/declared.ts';
import { everyone, roleSql as quotedRole } from '../catalog/role-name.ts';
import { quoteIdentifier, quoteLiteral } from '../postgres/quote.ts';

/** What operators call whatever they create. No schema of the tool's own: the facts must see it. */
export const mutantName = 'rolecall_mutant';

/** A role as GRANT takes it. */
export function roleSql(role: string): string {
  return role === everyone ? 'public' : quotedRole(role);
}

/** Runs `before` the current database's name and what comes `after` it: no mutant names a database. */
export function onDatabase(before: string, after: string): string {
  const template = [before, after].map((part) => part.replaceAll('%', '%%')).join(' %I ');
  return `do $mutant$ begin execute pg_catalog.format(${quoteLiteral(template).trim()}, pg_catalog.current_database()); end $mutant$`;
}

/** `grant select on table t to x` or `revoke …`: `what` and `rest` are what stands around the object. */
export function onObject(what: string, kind: ListedKind | 'database', object: string, rest: string): string {
  // ROUTINE covers procedures and aggregates too.
  return kind === 'database'
    ? onDatabase(`${what} on database`, rest)
    : `${what} on ${kind === 'function' ? 'routine' : kind} ${object} ${rest}`;
}

/** A setting's value as SET takes it: settings that hold a list are written as they are held. */
export function settingSql(setting: string, value: string): string {
  return /^(search_path|temp_tablespaces|(local|session|shared)_preload_libraries)$/i.test(setting)
    ? value || "''"
    : quoteLiteral(value).trim();
}

/** A setting's name as SET takes it, its parts quoted. */
export function settingName(setting: string): string {
  return setting
    .split('.')
    .map((part) => quoteIdentifier(part))
    .join('.');
}

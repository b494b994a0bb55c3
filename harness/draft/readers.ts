import { effectiveAccess } from '../catalog/access/effective-access.ts';
import { tableKinds } from '../catalog/access/object-privileges.ts';
import type { Fact } from '../catalog/fact.ts';
import { nameParts, tableOf } from '../catalog/identifiers.ts';
import { rolesHaving } from '../catalog/roles-having.ts';
import { plainName, type RawName, type RoleName, type SqlName } from '../common/sql.ts';

/** A privilege that a role has on a table, or on one of its columns. */
export interface TableAccess {
  role: RoleName;
  table: SqlName;
  column?: RawName;
  privilege: string;
}

/** What logins, and roles that they may take, may do with tables; without those that see every row by BYPASSRLS. */
export function tableAccessOf(facts: readonly Fact[], logins: readonly RoleName[]): TableAccess[] {
  const bypassing = rolesHaving(facts, 'bypassrls');
  return effectiveAccess(facts, logins).flatMap(({ identity, kind, object, privilege, usable, paths }) => {
    if (!usable || !(tableKinds.has(kind) || kind === 'column')) {
      return [];
    }
    const roles = new Set(paths.map(({ chain, assumed }) => (assumed === 'set-role' ? chain[1]! : identity)));
    return [...roles]
      .filter((role) => !bypassing.has(role))
      .map((role) => ({
        role,
        privilege,
        ...(kind === 'column'
          ? { table: tableOf(object), column: plainName(nameParts(object)[2]!) }
          : { table: object }),
      }));
  });
}

/** Who may read each whole table. */
export function readersOf(access: readonly TableAccess[]): Map<SqlName, Set<RoleName>> {
  const readers = new Map<SqlName, Set<RoleName>>();
  for (const { role, table, column, privilege } of access) {
    if (privilege === 'SELECT' && column === undefined) {
      readers.set(table, (readers.get(table) ?? new Set()).add(role));
    }
  }
  return readers;
}

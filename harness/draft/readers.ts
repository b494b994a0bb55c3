import { effectiveAccess } from '../catalog/access/effective-access.ts';
import { tableKinds } from '../catalog/access/object-privileges.ts';
import type { Fact } from '../catalog/fact.ts';
import { rolesHaving } from '../catalog/roles-having.ts';
import type { RoleName, SqlName } from '../common/sql.ts';

/** Logins, and roles that they may take, that may read each table; without those that see every row by BYPASSRLS. */
export function readersOf(facts: readonly Fact[], logins: readonly RoleName[]): Map<SqlName, Set<RoleName>> {
  const bypassing = rolesHaving(facts, 'bypassrls');
  const readers = new Map<SqlName, Set<RoleName>>();
  for (const { identity, kind, object, privilege, usable, paths } of effectiveAccess(facts, logins)) {
    if (!tableKinds.has(kind) || privilege !== 'SELECT' || !usable) {
      continue;
    }
    for (const { chain, assumed } of paths) {
      const role = assumed === 'set-role' ? chain[1]! : identity;
      if (!bypassing.has(role)) {
        readers.set(object, (readers.get(object) ?? new Set()).add(role));
      }
    }
  }
  return readers;
}

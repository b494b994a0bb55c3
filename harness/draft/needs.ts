import { effectiveAccess } from '../catalog/access/effective-access.ts';
import { tableKinds } from '../catalog/access/object-privileges.ts';
import type { Fact } from '../catalog/fact.ts';
import type { RoleName, SqlName } from '../common/sql.ts';
import { rolesHaving } from '../catalog/roles-having.ts';
import { unnamedCode } from '../contract/code-references.ts';
import type { DraftNeed, DraftTable } from './objects.ts';

const statements = ['SELECT', 'INSERT', 'UPDATE', 'DELETE'];

/** Privileges on tables by identity, without SET ROLE; only those it can use, unless `all`. */
export function tablePrivileges(
  facts: readonly Fact[],
  identities: readonly RoleName[],
  { all = false }: { all?: boolean } = {},
): { identity: RoleName; table: SqlName; privileges: string[] }[] {
  const found = new Map<string, { identity: RoleName; table: SqlName; privileges: string[] }>();
  for (const { identity, kind, object, privilege, usable, paths } of effectiveAccess(facts, identities)) {
    const isOwn = paths.some(({ assumed }) => assumed === 'inherited');
    if (!tableKinds.has(kind) || !isOwn || (!usable && !all) || privilege === 'OWNER') {
      continue;
    }
    const key = `${identity}\t${object}`;
    const known = found.get(key) ?? { identity, table: object, privileges: [] };
    found.set(key, known);
    known.privileges.push(privilege);
  }
  return [...found.values()];
}

/** What identities must be able to do with a table: what grants and policies allow today. */
export function draftNeeds(
  facts: readonly Fact[],
  identities: readonly RoleName[],
  tables: Readonly<Record<SqlName, DraftTable>>,
): Map<SqlName, DraftNeed[]> {
  const needs = new Map<SqlName, DraftNeed[]>();
  const past = new Set([...rolesHaving(facts, 'bypassrls'), ...rolesHaving(facts, 'superuser')]);
  for (const { identity, table, privileges } of tablePrivileges(facts, identities)) {
    const said = tables[table] ?? {};
    const isPast = past.has(identity) || (said.owner === identity && said.row_security === 'enabled');
    const access = statements.filter(
      (statement) => privileges.includes(statement) && (isPast || isOpenedTo(said, statement)),
    );
    if (access.length > 0) {
      needs.set(table, [...(needs.get(table) ?? []), { identity, access, required_by: unnamedCode }]);
    }
  }
  return needs;
}

/** Whether a policy lets anybody run a statement on a table. */
function isOpenedTo({ row_security, policies = {} }: DraftTable, statement: string): boolean {
  return (
    row_security === undefined ||
    Object.values(policies).some(
      ({ command = 'ALL', permissive = true }) => permissive && (command === 'ALL' || command === statement),
    )
  );
}

import type { RoleName } from '../common/sql.ts';
import { roleOf, type Fact } from './fact.ts';
import { everyone } from './role-name.ts';

/** Attributes that give more than grants do, by their names in facts. */
export const powers: readonly string[] = ['superuser', 'bypassrls', 'createrole', 'createdb', 'replication'];

/** The roles with a property in the facts: `exists`, or an attribute such as `superuser`. */
export function rolesHaving(facts: readonly Fact[], property: string): Set<RoleName> {
  return new Set(facts.filter((fact) => fact.kind === 'role' && fact.property === property).map(roleOf));
}

/** Every role except the server's own (`pg_…`), and PUBLIC. */
export function everyRole(facts: readonly Fact[]): RoleName[] {
  return [...[...rolesHaving(facts, 'exists')].filter((name) => !name.startsWith('pg_')), everyone];
}

/**
 * Whether a membership is the one that PostgreSQL 16 gives to the creator of a role who is not a superuser: only the admin
 * option, granted by one of `superusers` (createrole_self_grant is empty).
 */
export function isMakersMembership({ kind, detail }: Fact, superusers: ReadonlySet<RoleName>): boolean {
  return (
    kind === 'membership' &&
    detail['admin'] === true &&
    detail['inherit'] === false &&
    detail['set'] === false &&
    superusers.has(String(detail['grantor']))
  );
}

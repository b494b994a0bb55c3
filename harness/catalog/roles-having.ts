import type { RoleName } from '../common/sql.ts';
import { roleOf, type Fact } from './fact.ts';
import { everyone } from './role-name.ts';

/** Attributes that reach beyond what a role is granted, as facts of roles call them. */
export const powers: readonly string[] = ['superuser', 'bypassrls', 'createrole', 'createdb', 'replication'];

/** The roles of which the facts say something: `exists`, or an attribute as `superuser`. */
export function rolesHaving(facts: readonly Fact[], property: string): Set<RoleName> {
  return new Set(facts.filter((fact) => fact.kind === 'role' && fact.property === property).map(roleOf));
}

/** Every role but the server's own (`pg_…`), and PUBLIC. */
export function everyRole(facts: readonly Fact[]): RoleName[] {
  return [...[...rolesHaving(facts, 'exists')].filter((name) => !name.startsWith('pg_')), everyone];
}

/**
 * Whether a membership is what PostgreSQL 16 gives to whoever makes a role without being a superuser: the admin option alone, granted
 * by one of `superusers` (createrole_self_grant is empty).
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

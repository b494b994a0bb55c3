import { effectiveAccess, type Path } from '../catalog/effective-access.ts';
import { pathText } from '../catalog/explain.ts';
import type { Fact } from '../catalog/fact.ts';
import { quoteIdentifier } from '../postgres/quote.ts';

/** Why a role has a privilege on an object, or what is missing for it. */
export interface Explanation {
  role: string;
  privilege: string;
  object: string;
  /** The statement would get past the grants: the privilege is held, and the schema can be used. */
  allowed: boolean;
  paths: (Path & { text: string })[];
  /** What would be needed, each with the SQL that gives it; empty when allowed. */
  missing: { what: string; remedy: string }[];
  /** Others who have the privilege, and how. */
  holders: { role: string; text: string }[];
}

/** Explains from facts alone. Names are as the server prints them: `public.tenants`, `security.f(text)`, `database`. */
export function explainAccess(facts: readonly Fact[], role: string, privilege: string, object: string): Explanation {
  const roles = facts.filter(({ kind, property }) => kind === 'role' && property === 'exists').map((fact) => fact.object);
  const access = effectiveAccess(facts, [...roles, 'PUBLIC']);
  const wanted = privilege.toUpperCase();
  const superuser = access.find((one) => one.identity === role && one.object === role && one.privilege === 'SUPERUSER');
  const found = access.find((one) => one.identity === role && one.object === object && one.privilege === wanted);
  const paths = [...(superuser?.paths ?? []), ...(found?.paths ?? [])].map((path) => ({ ...path, text: pathText(path, wanted, object) }));
  const allowed = superuser !== undefined || found?.usable === true;
  const holders = access
    .filter((one) => one.object === object && one.privilege === wanted && one.identity !== role)
    .map(({ identity, paths: [nearest] }) => ({ role: identity, text: pathText(nearest!, wanted, object) }));
  return { role, privilege: wanted, object, allowed, paths, missing: allowed ? [] : missing(facts, role, roles, wanted, object, found !== undefined), holders };
}

function missing(facts: readonly Fact[], role: string, roles: readonly string[], privilege: string, object: string, held: boolean): Explanation['missing'] {
  const owned = facts.find((fact) => fact.object === object && fact.property === 'owner');
  const grantee = role === 'PUBLIC' ? role : quoteIdentifier(role);
  const needs: Explanation['missing'] = [];
  if (role !== 'PUBLIC' && !roles.includes(role)) {
    needs.push({ what: `the role ${role} does not exist`, remedy: `CREATE ROLE ${grantee};` });
  }
  if (owned === undefined && object !== 'database') {
    needs.push({ what: `${object} does not exist, or is not written as the server prints it`, remedy: '' });
  } else if (!held) {
    const kind = { view: 'TABLE', 'materialized-view': 'TABLE' }[owned?.kind as string] ?? (owned?.kind ?? 'database').toUpperCase();
    needs.push({ what: `${privilege} on ${object}`, remedy: `GRANT ${privilege} ON ${kind} ${object} TO ${grantee};` });
  }
  const schema = facts.filter(({ kind, property }) => kind === 'schema' && property === 'owner').find((fact) => object.startsWith(`${fact.object}.`));
  if (schema !== undefined && owned !== undefined) {
    const usage = effectiveAccess(facts, [role]).some((one) => one.kind === 'schema' && one.object === schema.object && one.privilege === 'USAGE');
    if (!usage) {
      needs.push({ what: `USAGE on schema ${schema.object}`, remedy: `GRANT USAGE ON SCHEMA ${schema.object} TO ${grantee};` });
    }
  }
  return needs;
}

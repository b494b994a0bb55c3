import type { Fact } from '../catalog/fact.ts';
import { factLine } from '../catalog/fact-text.ts';
import { isGrant, type Grant } from '../catalog/grant.ts';
import { tableOf } from '../catalog/identifiers.ts';
import { ownerIn, ownersOf } from '../catalog/owners.ts';
import { everyone } from '../catalog/role-name.ts';
import { sql, type RoleName, type SqlText } from '../common/sql.ts';
import { RemedySql } from './remedy-sql.ts';

/** A fact that one side alone has, or one that stands otherwise on each. */
export interface Differing {
  live?: Fact;
  built?: Fact;
}

/** The SQL that makes a grant or an owner of the live database as it is built; undefined where the object's owner does not do it. */
export type BackSql = (differing: Differing) => SqlText | undefined;

/** What writes it for a live database of this name. Pure. */
export function backSql(built: readonly Fact[], live: readonly Fact[], database: string): BackSql {
  const remedy = new RemedySql(live, database);
  const owners = ownersOf(live);
  const roles = new Set<RoleName>([
    everyone,
    ...live.flatMap(({ kind, object }) => (kind === 'role' ? [object as string] : [])),
  ]);
  const asBuilt = new Set(built.map(factLine));
  const isBuilt = (fact: Fact) => asBuilt.has(factLine(fact));
  // A REVOKE, also a superuser's, takes back only what the owner granted.
  const isOfOwner = (fact: Grant) => ownerIn(owners, fact) === fact.detail.grantor;
  const grants = live.filter(isGrant);

  function revoked(fact: Grant, optionOnly: boolean): SqlText | undefined {
    const { property, kind, object, role, detail } = fact;
    const same = grants.filter((one) => one.property === property);
    const isOfColumn = (one: Fact) => one.kind === 'column' && tableOf(one.object) === object;
    // Who may pass a privilege on has perhaps done so, and then the server asks for CASCADE.
    const passedOn = detail.grantable
      ? same.filter((one) => (one.object === object || isOfColumn(one)) && !isOfOwner(one))
      : [];
    // What is taken from a table is taken from each of its columns.
    const columns = same.filter(
      (one) => isOfColumn(one) && one.role === role && isBuilt(one) && (!optionOnly || one.detail.grantable),
    );
    if (passedOn.some(isBuilt) || columns.some((one) => one.detail.grantable || !isOfOwner(one))) {
      return undefined;
    }
    const revoke = remedy.revoke(property, kind, object, role, optionOnly);
    const cascade = passedOn.length === 0 ? revoke : sql`${revoke.slice(0, -1) as SqlText} CASCADE;`;
    const again = columns.map((one) => remedy.grant(property, 'column', one.object, role));
    return [cascade, ...again].join(' ');
  }

  return ({ live: is, built: was }) => {
    if (is?.property === 'owner' && was?.property === 'owner') {
      const owner = roles.has(was.role) ? remedy.owner(was.kind, was.object, was.role) : '';
      return owner === '' ? undefined : owner;
    }
    const [granted, lost] = [is, was].map((fact) =>
      fact !== undefined && isGrant(fact) && isOfOwner(fact) ? fact : undefined,
    );
    if (is !== undefined && was !== undefined) {
      return granted?.detail.grantable === true && lost !== undefined ? revoked(granted, true) : undefined;
    }
    if (granted !== undefined) {
      return revoked(granted, false);
    }
    return lost !== undefined && roles.has(lost.role) && !lost.detail.grantable
      ? remedy.grant(lost.property, lost.kind, lost.object, lost.role)
      : undefined;
  };
}

import { powers } from '../roles-having.ts';
import type { Fact, FactKind } from '../fact.ts';
import { isGrant, type Grant } from '../grant.ts';
import { nameParts, tableOf } from '../identifiers.ts';
import { predefinedPrivileges } from './predefined-roles.ts';
import { isForSuperusers, tableKinds, ObjectPrivileges, type ObjectPrivilege } from './object-privileges.ts';

export type Via = 'direct' | 'column' | 'public' | 'owner' | 'predefined-role' | 'superuser';

/** How a role has a privilege. */
export interface Basis {
  via: Via;
  grantor?: string;
  grantable: boolean;
  /** The columns, for a privilege on columns. */
  columns?: string[];
}

/** A privilege that a role holds in its own name. */
export interface Holding {
  target: ObjectPrivilege;
  basis: Basis;
}

/** What every role holds in its own name, including PUBLIC. */
export interface Holdings {
  /** What members of the role inherit. */
  privileges: Map<string, Holding[]>;
  /** Attributes such as BYPASSRLS: nobody inherits them, one must be the role. */
  attributes: Map<string, Holding[]>;
}

/**
 * Who holds what, from the facts alone: grants, ownership, attributes and what predefined roles may do, including the roles in
 * `asked`.
 */
export function holdings(facts: readonly Fact[], asked: readonly string[] = []): Holdings {
  const targets = new ObjectPrivileges();
  const held: Holdings = { privileges: new Map(), attributes: new Map() };
  const owners = ownersOf(facts);
  const coveredColumns = columnsCoveredByTables(facts);

  for (const fact of facts) {
    const { kind, object, role, property } = fact;
    if (property === 'owner') {
      put(held.privileges, role, {
        target: targets.get(kind, object, 'OWNER'),
        basis: { via: 'owner', grantable: true },
      });
    } else if (kind === 'role' && powers.includes(property)) {
      const via = property === 'superuser' ? 'superuser' : 'direct';
      put(held.attributes, object, {
        target: targets.get(kind, object, property.toUpperCase()),
        basis: { via, grantable: false },
      });
    } else if (isGrant(fact) && !coveredColumns.has(fact) && !isForSuperusers(kind, object, property)) {
      const isOwner = owners.get(kind)?.get(object) === role;
      put(held.privileges, role, { target: targets.get(kind, object, property), basis: basisOf(fact, isOwner) });
    }
  }
  for (const { role, kind, object, privilege } of predefinedPrivileges(facts, asked)) {
    const basis: Basis = { via: 'predefined-role', grantable: false };
    put(held.privileges, role, { target: targets.get(kind, object, privilege), basis });
  }
  targets.rank();
  return held;
}

function basisOf({ kind, object, role, detail: { grantor, grantable } }: Grant, isOwner: boolean): Basis {
  if (kind === 'column') {
    return { via: 'column', grantor, grantable, columns: nameParts(object).slice(2) };
  }
  if (isOwner) {
    // An owner can always grant, whatever the ACL says.
    return { via: 'owner', grantor, grantable: true };
  }
  return { via: role === 'PUBLIC' ? 'public' : 'direct', grantor, grantable };
}

function ownersOf(facts: readonly Fact[]): Map<FactKind, Map<string, string>> {
  const owners = new Map<FactKind, Map<string, string>>();
  for (const { kind, object, role, property } of facts) {
    if (property === 'owner') {
      const ofKind = owners.get(kind) ?? new Map<string, string>();
      owners.set(kind, ofKind.set(object, role));
    }
  }
  return owners;
}

/** Grants on a column that add nothing, because the same role has as much on the whole table. */
function columnsCoveredByTables(facts: readonly Fact[]): Set<Fact> {
  const columns = facts
    .filter((fact) => fact.kind === 'column' && isGrant(fact))
    .map((fact) => ({ fact, table: tableOf(fact.object) }));
  const tables = new Set(columns.map(({ table }) => table));
  const whole = new Set<string>();
  for (const { kind, object, role, property, detail } of facts) {
    const isWhole = (tableKinds.has(kind) || kind === 'sequence') && tables.has(object);
    if (isWhole && !isForSuperusers(kind, object, property)) {
      whole.add(`${object}\t${role}\t${property}\tfalse`);
      whole.add(`${object}\t${role}\t${property}\t${String(detail.grantable)}`);
    }
  }
  const isCovered = ({ role, property, detail }: Fact, table: string) =>
    whole.has(`${table}\t${role}\t${property}\t${String(detail.grantable)}`);
  return new Set(columns.filter(({ fact, table }) => isCovered(fact, table)).map(({ fact }) => fact));
}

function put(map: Map<string, Holding[]>, role: string, holding: Holding): void {
  const list = map.get(role);
  if (list) {
    list.push(holding);
  } else {
    map.set(role, [holding]);
  }
}

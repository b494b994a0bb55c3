import type { Fact } from '../fact.ts';

/** How an identity has the rights of a role: always, or only after SET ROLE. */
export type Assumed = 'inherited' | 'set-role';

/** A role whose rights an identity has, and how. */
export interface UsableRole {
  role: string;
  /** The identity, every role between, and the role. */
  chain: string[];
  assumed: Assumed;
  /** The roles that the identity can be (itself, or after SET ROLE) while it has this role's rights. */
  states: string[];
}

type Option = 'inherit' | 'set';
type Edges = Map<string, { group: string; inherit: boolean; set: boolean }[]>;
type Chains = Map<string, string[]>;

/** Who is a member of what, and what follows from it. */
export interface Memberships {
  /** Every role whose rights the identity inherits, itself included, with the shortest chain. */
  inheritedBy(identity: string): Chains;
  /** Every role that the identity can take, itself included, with the shortest chain. */
  settableBy(identity: string): Chains;
  /** Both together. A role that is reached both ways counts as inherited. */
  usableRoles(identity: string): UsableRole[];
}

/** The memberships in the facts, with the database owner's membership in `pg_database_owner`. */
export function memberships(facts: readonly Fact[]): Memberships {
  const edges = edgesOf(facts);
  const inheritedBy = remember((identity) => walk(edges, identity, 'inherit'));
  const settableBy = remember((identity) => walk(edges, identity, 'set'));

  function usableRoles(identity: string): UsableRole[] {
    const reached = new Map<string, UsableRole>();
    // The identity itself comes first among its states, so inherited rights win over those after SET ROLE.
    for (const [state, toState] of settableBy(identity)) {
      for (const [role, fromState] of inheritedBy(state)) {
        const known = reached.get(role);
        if (known) {
          known.states.push(state);
        } else {
          const assumed = state === identity ? 'inherited' : 'set-role';
          reached.set(role, { role, chain: [...toState, ...fromState.slice(1)], assumed, states: [state] });
        }
      }
    }
    return [...reached.values()];
  }

  return { inheritedBy, settableBy, usableRoles };
}

function edgesOf(facts: readonly Fact[]): Edges {
  const edges: Edges = new Map();
  const add = (member: string, group: string, inherit: boolean, set: boolean) => {
    const groups = edges.get(member) ?? [];
    edges.set(member, groups);
    const known = groups.find((edge) => edge.group === group);
    if (known) {
      // From PostgreSQL 16 on several grantors may have granted a membership. Its options are the union of theirs.
      known.inherit ||= inherit;
      known.set ||= set;
    } else {
      groups.push({ group, inherit, set });
    }
  };
  for (const fact of facts) {
    if (fact.kind === 'membership') {
      add(fact.role, fact.object, fact.detail.inherit === true, fact.detail.set === true);
    } else if (fact.kind === 'database' && fact.property === 'owner') {
      add(fact.role, 'pg_database_owner', fact.detail['inherits_pg_database_owner'] !== false, true);
    }
  }
  for (const groups of edges.values()) {
    groups.sort((a, b) => (a.group < b.group ? -1 : 1));
  }
  return edges;
}

function walk(edges: Edges, identity: string, option: Option): Chains {
  const chains: Chains = new Map([[identity, [identity]]]);
  // A Map is iterated in insertion order, including entries that are added meanwhile, so the nearest come first.
  for (const [role, chain] of chains) {
    for (const edge of edges.get(role) ?? []) {
      if (edge[option] && !chains.has(edge.group)) {
        chains.set(edge.group, [...chain, edge.group]);
      }
    }
  }
  return chains;
}

function remember(compute: (identity: string) => Chains): (identity: string) => Chains {
  const known = new Map<string, Chains>();
  return (identity) => {
    const chains = known.get(identity) ?? compute(identity);
    known.set(identity, chains);
    return chains;
  };
}

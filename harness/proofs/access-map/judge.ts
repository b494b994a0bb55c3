import type { Access, Path } from '../../catalog/access/effective-access.ts';
import { ownersOf, readsOf } from '../../catalog/owners.ts';
import { by } from '../../common/order.ts';
import { phaseNames, type PhaseName } from '../../common/phase.ts';
import { grouped } from '../../common/text.ts';
import type { ParsedContract } from '../../contract/contract.ts';
import type { SeenState } from '../proof.ts';

/**
 * Objects that an identity reaches in the same way: by the same chain of roles, with the same privileges, at the same revisions.
 */
export interface MapWay {
  identity: string;
  /** Roles from the identity to the one that holds the privileges, which comes last; empty if the identity holds them itself. */
  chain: string[];
  /** Set if a role must be taken by SET ROLE. */
  set_role?: true;
  /** How the last role holds them. */
  via: Path['via'];
  kind: Access['kind'];
  privileges: string[];
  phases: PhaseName[];
  objects: string[];
}

/** A definer function or a view that gives access to tables with the rights of its owner. */
export interface MapGateway {
  object: string;
  kind: 'function' | 'view' | 'materialized-view';
  owner: string;
  /** Tables that it gives access to: those whose `only_through` names it, and those that a view reads. */
  tables: string[];
  phases: PhaseName[];
}

/** Who reaches what by which path, at both revisions. */
export interface AccessMap {
  ways: MapWay[];
  gateways: MapGateway[];
  /** Tables with row-level security at head. */
  row_security: string[];
}

export interface AccessMapEvidence {
  access_map: AccessMap;
}

/** Kinds of object that hold data or give access to it. */
const shown = new Set<Access['kind']>(['table', 'view', 'materialized-view', 'column', 'sequence', 'function', 'role']);

type States = Record<PhaseName, SeenState>;

/** The map of what contracted identities reach. The migrator owns everything and is left out. */
export function judgeAccessMap(contract: ParsedContract, states: States): AccessMap {
  const identities = new Set(
    Object.entries(contract.identities).flatMap(([name, { kind }]) => (kind === 'migrator' ? [] : [name])),
  );
  return {
    ways: waysOf(identities, states),
    gateways: gatewaysOf(contract, states),
    row_security: states.head.facts
      .filter(
        ({ kind, property, detail }) => kind === 'table' && property === 'row-security' && detail['enabled'] === true,
      )
      .map(({ object }) => object)
      .toSorted(),
  };
}

interface OneWay extends Omit<MapWay, 'privileges' | 'objects' | 'phases'> {
  object: string;
}

function waysOf(identities: ReadonlySet<string>, states: States): MapWay[] {
  // First each privilege with its revisions, then the privileges of one object together, then objects with the same ones.
  const held = new Map<string, { way: OneWay; privilege: string; phases: Set<PhaseName> }>();
  for (const phase of phaseNames) {
    for (const access of states[phase].access) {
      if (!identities.has(access.identity) || !access.usable || !shown.has(access.kind)) {
        continue;
      }
      for (const path of access.paths) {
        const way = wayOf(access, path);
        const columns = path.columns === undefined ? '' : ` (${path.columns.join(', ')})`;
        const privilege = `${access.privilege}${columns}`;
        const key = JSON.stringify([way, privilege]);
        const known = held.get(key);
        if (known === undefined) {
          held.set(key, { way, privilege, phases: new Set([phase]) });
        } else {
          known.phases.add(phase);
        }
      }
    }
  }
  const objects = together(
    [...held.values()],
    ({ way, phases }) => [way, [...phases]],
    ({ privilege }) => privilege,
  );
  const ways = together(
    objects,
    ({ one: { way, phases }, all }) => [{ ...way, object: '' }, all, [...phases]],
    ({ one }) => one.way.object,
  );
  return ways
    .map(({ one: { one, all: privileges }, all }): MapWay => {
      const { identity, chain, set_role, via, kind } = one.way;
      const way = { identity, chain, ...(set_role === undefined ? {} : { set_role }), via, kind };
      return { ...way, privileges, phases: [...one.phases], objects: all };
    })
    .toSorted(by(({ identity, kind, chain, objects: [first] }) => JSON.stringify([identity, kind, chain, first])));
}

function wayOf({ identity, kind, object }: Access, { chain, assumed, via, columns }: Path): OneWay {
  const isColumn = kind === 'column' || columns !== undefined;
  return {
    identity,
    chain: chain.slice(1),
    ...(assumed === 'set-role' ? { set_role: true as const } : {}),
    via,
    kind: isColumn ? 'column' : kind,
    object,
  };
}

/** Items with the same key as one, in their first order, with the sorted results of `each`. */
function together<T>(items: readonly T[], keyOf: (item: T) => unknown, each: (item: T) => string) {
  return grouped(
    items,
    (item) => JSON.stringify(keyOf(item)),
    () => 0,
  ).map(({ items: alike }) => ({ one: alike[0]!, all: [...new Set(alike.map(each))].toSorted() }));
}

function gatewaysOf({ tables }: ParsedContract, states: States): MapGateway[] {
  const gateways = new Map<string, MapGateway>();
  for (const phase of phaseNames) {
    const { facts } = states[phase];
    const owners = ownersOf(facts);
    for (const fact of facts) {
      const { kind, object, property, detail } = fact;
      const behind =
        property === 'security-definer'
          ? Object.entries(tables).flatMap(([table, { only_through }]) =>
              only_through.includes(object) ? [table] : [],
            )
          : (property === 'view' || property === 'materialized-view') && detail['security_invoker'] !== true
            ? readsOf(fact)
            : [];
      const owner = owners.get(`${kind} ${object}`);
      if (behind.length > 0 && owner !== undefined) {
        const gateway = { object, kind: kind as MapGateway['kind'], owner, tables: behind.toSorted() };
        const key = JSON.stringify(gateway);
        gateways.set(key, { ...gateway, phases: [...(gateways.get(key)?.phases ?? []), phase] });
      }
    }
  }
  return [...gateways.values()].toSorted(by(({ object, phases }) => `${object} ${phases.join(' ')}`));
}

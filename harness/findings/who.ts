import { effectiveAccess, type Access } from '../catalog/access/effective-access.ts';
import { pathText } from '../catalog/access/explain.ts';
import { tableKinds } from '../catalog/access/object-privileges.ts';
import type { Fact, FactKind } from '../catalog/fact.ts';
import { schemaOf, tableOf } from '../catalog/identifiers.ts';
import { everyRole, rolesHaving } from '../catalog/roles-having.ts';
import { byCodeUnit } from '../common/order.ts';
import { RolecallError } from '../common/errors.ts';
import { knownPrivilege, namedObject, unknownObject } from './named-object.ts';
import type { Known } from './why.ts';

/** A path to a table that is not a privilege on it, as the catalog and the bodies of functions show it. */
export interface WayAround {
  kind: string;
  name: string;
  roles: readonly string[];
  uses?: readonly string[];
  unread: string | null;
}

/** One path by which a role can do something. */
export interface WayOfRole {
  role: string;
  /** `privilege`, or the kind of object on the path. */
  kind: string;
  /** The way in words. */
  text: string;
  /** False if a body may reach the object, and its text does not tell. */
  sure: boolean;
}

/** Everybody who has a privilege on an object. */
export interface Everybody {
  privilege: string;
  object: string;
  kind: FactKind;
  /** Sorted by role. A superuser, who may do everything, has one line. */
  ways: WayOfRole[];
}

/**
 * Everybody who has a privilege, by every path: grants, owners and memberships from `known`, then the paths around them, with the
 * roles that may use those. Refuses with `bad-argument` a privilege or an object that does not exist.
 */
export function whoHas(known: Known, word: string, asked: string, around: readonly WayAround[]): Everybody {
  const { facts, columns } = known;
  const privilege = knownPrivilege(word);
  const { name: object, kind } = namedObject(facts, privilege, asked, columns);
  if (kind === undefined) {
    throw new RolecallError('bad-argument', {
      message: unknownObject(facts, object),
      next: 'Name it as the server prints it: public.tenants, public.tenants.name, security.f(text).',
    });
  }
  const access = effectiveAccess(facts, everyRole(facts)).filter(({ usable }) => usable);
  const table = kind === 'column' ? tableOf(object) : object;
  const isIt = (one: Access) =>
    one.privilege === privilege &&
    ((one.kind === kind && one.object === object) ||
      (kind === 'column' && one.object === table && tableKinds.has(one.kind)));
  const direct = access
    .filter((one) => isIt(one) || one.privilege === 'SUPERUSER')
    .flatMap(({ identity, paths }) =>
      paths
        .filter((path) => path.via !== 'predefined-role' || path.chain.length > 1)
        .map((path): WayOfRole => ({
          role: identity,
          kind: 'privilege',
          text: pathText(path, privilege, object),
          sure: true,
        })),
    );
  const ways = [
    ...direct,
    ...detours(access, facts, { privilege, around, isColumn: kind === 'column' }),
    ...publications(facts, privilege, table),
  ];
  const superusers = rolesHaving(facts, 'superuser');
  const listed = ways
    .filter(
      ({ role, text }) => !superusers.has(role) || text.startsWith('via superuser') || text.startsWith('as its own'),
    )
    .map((one) => (superusers.has(one.role) ? { ...one, text: 'as a superuser' } : one));
  const unique = new Map(listed.map((one) => [`${one.role} ${one.text}`, one]));
  return { privilege, object, kind, ways: [...unique.values()].toSorted((a, b) => byCodeUnit(a.role, b.role)) };
}

/** What a role needs to use a path, for kinds in effective access. */
const needed: Record<string, { kinds: readonly FactKind[]; privilege?: string }> = {
  view: { kinds: ['view'] },
  'materialized view': { kinds: ['materialized-view'] },
  child: { kinds: ['table'] },
  parent: { kinds: ['table'] },
  'definer function': { kinds: ['function'], privilege: 'EXECUTE' },
};

function detours(
  access: readonly Access[],
  facts: readonly Fact[],
  { privilege, around, isColumn }: { privilege: string; around: readonly WayAround[]; isColumn: boolean },
): WayOfRole[] {
  return around
    .filter(
      ({ uses, kind }) =>
        (uses?.includes(privilege) ?? true) && (kind !== 'materialized view' || privilege === 'SELECT'),
    )
    .flatMap(({ kind, name, roles, unread, uses }) => {
      const need = needed[kind];
      const those =
        need === undefined
          ? roles
          : access
              .filter(
                (one) =>
                  need.kinds.includes(one.kind) &&
                  one.object === name &&
                  one.privilege === (need.privilege ?? privilege),
              )
              .map(({ identity }) => identity);
      const owner = facts.find((fact) => fact.property === 'owner' && fact.object === name)?.role;
      // The function acts as its owner, which has a line of its own.
      return those
        .filter((role) => role !== owner)
        .map((role) => ({
          role,
          kind,
          text: `${wayText({ kind, name, unread, uses: uses ?? [] }, owner)}${isColumn ? ', of which columns is not known' : ''}`,
          sure: unread === null && !isColumn,
        }));
    });
}

function wayText({ kind, name, unread, uses }: Omit<Required<WayAround>, 'roles'>, owner: string | undefined): string {
  const as = owner === undefined ? '' : ` of ${owner}`;
  const what = `through the ${kind} ${name}${as}`;
  return unread !== null
    ? `perhaps ${what}: its ${unread}`
    : kind === 'definer function'
      ? `${what}, whose body ${uses.length === 0 ? 'names it' : `does ${uses.join(', ')}`}`
      : what;
}

/** Replicated rows are not checked against grants: a role that may stream can read what is published. */
function publications(facts: readonly Fact[], privilege: string, table: string): WayOfRole[] {
  if (privilege !== 'SELECT') {
    return [];
  }
  const of = (name: string) => facts.filter((fact) => fact.kind === 'publication' && fact.object === name);
  const names = [...new Set(facts.filter(({ kind }) => kind === 'publication').map(({ object }) => object as string))];
  const published = names.filter((name) =>
    of(name).some(
      ({ property, detail }) =>
        property === `publishes ${table}` ||
        property === `publishes ${schemaOf(table as never)}.*` ||
        detail['all_tables'] === true,
    ),
  );
  const streaming = [...rolesHaving(facts, 'replication')];
  return published.flatMap((name) =>
    streaming.map((role) => ({
      role,
      kind: 'publication',
      text: `by REPLICATION, through the publication ${name}`,
      sure: true,
    })),
  );
}

import { by, byCodeUnit } from '../../common/order.ts';
import type {
  ClusterState,
  MembershipState,
  ParameterState,
  RoleState,
  SettingState,
  SharedState,
} from './cluster-state.ts';

/** The state before a piece of work, and as it was last seen while that lasted. */
export interface Step {
  id: number;
  before: ClusterState;
  after: ClusterState;
}

/** Something that is not as it was; undefined where it was not there, or is gone. */
export interface Change<T> {
  from: T | undefined;
  to: T | undefined;
  /** The step before which it was `from`. */
  step: number;
}

/** One column of a role that was there before. */
export interface RoleColumn {
  /** The role, whatever its oid and name have become since. */
  root: string;
  column: string;
  value: unknown;
}

/** What steps made and changed, each item by a key of its own. */
export interface ClusterChanges {
  /** Names that roles had which were not there before; what goes with one is not told. */
  madeNames: ReadonlySet<string>;
  /** Whether a role, by its oid, was made by the steps. */
  isMade(oid: RoleState['oid']): boolean;
  /** The role that an oid stands for: one that was dropped and made again has another. */
  rootOf(oid: RoleState['oid']): string;
  /** What it was called at first; undefined where the steps saw it at no beginning. */
  nameOf(root: string): string | undefined;
  columns: Map<string, Change<RoleColumn>>;
  memberships: Map<string, Change<MembershipState>>;
  settings: Map<string, Change<SettingState>>;
  parameters: Map<string, Change<ParameterState>>;
  shared: Map<string, Change<SharedState>>;
}

/** What the steps made and changed, taken together; `own` are databases that are no part of it. What was changed between two steps is not theirs. */
export function changesOf(taken: readonly Step[], own: ReadonlySet<string> = new Set()): ClusterChanges {
  const identity = identityOf(taken);
  const steps = taken.map(({ id, before, after }) => ({
    id,
    before: underFirstNames(before, identity),
    after: underFirstNames(after, identity),
  }));
  const { rootOf, isMade, madeNames } = identity;
  const lasting = (name: string | null) => name === null || !madeNames.has(name);
  return {
    ...identity,
    columns: sumOf(
      steps,
      ({ roles }) => roles.filter(({ oid }) => !isMade(oid)).flatMap((role) => columnsOf(role, rootOf(role.oid))),
      ({ root, column }) => [root, column],
    ),
    memberships: sumOf(steps, ({ memberships }) => memberships.filter(({ member }) => lasting(member)), membershipKey),
    settings: sumOf(
      steps,
      ({ settings }) =>
        settings.filter(({ database, role }) => lasting(role) && (database === null || !own.has(database))),
      settingKey,
    ),
    parameters: sumOf(steps, ({ parameters }) => parameters.filter(({ grantee }) => lasting(grantee)), parameterKey),
    shared: sumOf(
      steps,
      ({ shared }) =>
        shared
          .filter(({ kind, name }) => kind !== 'database' || !own.has(name))
          .map((object) => ({ ...object, grants: object.grants.filter(({ grantee }) => lasting(grantee)) })),
      sharedKey,
    ),
  };
}

/** The columns of a role, each as an item. */
export function columnsOf(role: RoleState, root: string): RoleColumn[] {
  return Object.keys(role)
    .filter((column) => column !== 'oid')
    .map((column) => ({ root, column, value: role[column] }));
}

// Before PostgreSQL 16 a member has one membership, whoever granted it.
export const membershipKey = ({ role, member, grantor, inherit }: MembershipState) =>
  inherit === null ? [role, member] : [role, member, grantor];
export const settingKey = ({ database, role }: SettingState) => [database, role];
export const parameterKey = ({ name, grantee, grantor, privilege }: ParameterState) => [
  name,
  grantee,
  grantor,
  privilege,
];
const sharedKey = ({ kind, name }: SharedState) => [kind, name];

/** Items by their key. */
export function byKey<T>(items: readonly T[], keyOf: (item: T) => unknown[]): Map<string, T> {
  return new Map(items.map((item) => [JSON.stringify(keyOf(item)), item]));
}

/** Whether two items are the same; what the server gave has its keys in one order. */
export function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** A change that goes on where an earlier one ended has that one's beginning; what somebody changed in between is its own beginning. */
function sumOf<T>(
  steps: readonly Step[],
  itemsOf: (state: ClusterState) => T[],
  keyOf: (item: T) => unknown[],
): Map<string, Change<T>> {
  const changes = new Map<string, Change<T>>();
  for (const { id, before, after } of steps) {
    const [old, young] = [byKey(itemsOf(before), keyOf), byKey(itemsOf(after), keyOf)];
    for (const key of new Set([...old.keys(), ...young.keys()])) {
      const [from, to, earlier] = [old.get(key), young.get(key), changes.get(key)];
      if (isSame(from, to)) {
        continue;
      }
      const change = earlier !== undefined && isSame(earlier.to, from) ? { ...earlier, to } : { from, to, step: id };
      changes.delete(key);
      if (!isSame(change.from, change.to)) {
        changes.set(key, change);
      }
    }
  }
  return changes;
}

/** Which roles the steps made, and which they made again. */
function identityOf(steps: readonly Step[]): Identity {
  const [roots, names, gone] = [new Map<string, string>(), new Map<string, string>(), new Map<string, string>()];
  const [made, madeNames] = [new Set<string>(), new Set<string>()];
  const rootOf = (oid: RoleState['oid']) => roots.get(String(oid)) ?? String(oid);
  for (const { before, after } of steps) {
    const [old, young] = [new Set(before.roles.map(({ oid }) => oid)), new Set(after.roles.map(({ oid }) => oid))];
    before.roles.filter(({ oid }) => !young.has(oid)).forEach(({ oid, rolname }) => gone.set(rolname, rootOf(oid)));
    for (const { oid, rolname } of after.roles.filter((role) => !old.has(role.oid))) {
      const root = gone.get(rolname);
      if (root === undefined) {
        made.add(String(oid));
      } else {
        roots.set(String(oid), root);
        gone.delete(rolname);
      }
    }
    after.roles.filter(({ oid }) => made.has(rootOf(oid))).forEach(({ rolname }) => madeNames.add(rolname));
    before.roles
      .filter(({ oid }) => !names.has(rootOf(oid)))
      .forEach(({ oid, rolname }) => names.set(rootOf(oid), rolname));
  }
  return { rootOf, madeNames, nameOf: (root) => names.get(root), isMade: (oid) => made.has(rootOf(oid)) };
}

type Identity = Pick<ClusterChanges, 'rootOf' | 'nameOf' | 'isMade' | 'madeNames'>;

/** The state with every role that was there before called as it was at first: what is granted to one outlives its name. */
export function underFirstNames(
  state: ClusterState,
  { rootOf, nameOf, isMade }: Omit<Identity, 'madeNames'>,
): ClusterState {
  const names = new Map(
    state.roles.filter(({ oid }) => !isMade(oid)).map(({ oid, rolname }) => [rolname, nameOf(rootOf(oid)) ?? rolname]),
  );
  const first = (name: string) => names.get(name) ?? name;
  return {
    roles: state.roles,
    memberships: state.memberships.map((line) => ({
      ...line,
      role: first(line.role),
      member: first(line.member),
      grantor: first(line.grantor),
    })),
    settings: state.settings.map((line) => ({ ...line, role: line.role === null ? null : first(line.role) })),
    parameters: state.parameters.map((line) => ({
      ...line,
      grantee: first(line.grantee),
      grantor: first(line.grantor),
    })),
    shared: state.shared.map((object) => ({
      ...object,
      owner: first(object.owner),
      grants: object.grants
        .map((grant) => ({ ...grant, grantee: first(grant.grantee) }))
        .toSorted(by((grant) => JSON.stringify(grant))),
    })),
  };
}

/** Changes in words: what can be put back, databases and tablespaces, which cannot, and roles that are new. */
export function inWords({ madeNames, nameOf, columns, memberships, settings, parameters, shared }: ClusterChanges): {
  roles: string[];
  shared: string[];
  made: string[];
} {
  const roots = [...new Set(items(columns).map(({ root }) => root))];
  const roles = [
    ...roots.map((root) =>
      changeOfRole(
        nameOf(root)!,
        [...columns.values()].filter(({ from, to }) => (from ?? to)!.root === root),
      ),
    ),
    ...items(memberships).map(({ role, member }) => `the membership of ${member} in ${role}`),
    ...items(settings).map(
      ({ database, role }) => `the settings of ${role ?? 'every role'} in ${database ?? 'every database'}`,
    ),
    ...items(parameters).map(
      ({ name, grantee }) => `the privileges of ${grantee || 'PUBLIC'} on the parameter ${name}`,
    ),
  ];
  const objects = [...shared.values()].map(
    ({ from, to }) =>
      `the ${(from ?? to)!.kind} ${(from ?? to)!.name}${from === undefined ? ', which is new' : to === undefined ? ', which is gone' : ''}`,
  );
  const sorted = (lines: string[]) => [...new Set(lines)].toSorted(byCodeUnit);
  return {
    roles: sorted(roles),
    shared: sorted(objects),
    made: sorted([...madeNames].map((name) => `the role ${name}, which is new`)),
  };
}

/** The state without roles that the changes made, and what goes with them. */
export function withoutMade(state: ClusterState, { isMade, madeNames }: ClusterChanges): ClusterState {
  return {
    roles: state.roles.filter(({ oid }) => !isMade(oid)),
    memberships: state.memberships.filter(
      ({ role, member, grantor }) => ![role, member, grantor].some((name) => madeNames.has(name)),
    ),
    settings: state.settings.filter(({ role }) => role === null || !madeNames.has(role)),
    parameters: state.parameters.filter(({ grantee, grantor }) => !madeNames.has(grantee) && !madeNames.has(grantor)),
    shared: state.shared.map((object) => ({
      ...object,
      grants: object.grants.filter(({ grantee }) => !madeNames.has(grantee)),
    })),
  };
}

function items<T>(changes: ReadonlyMap<string, Change<T>>): T[] {
  return [...changes.values()].map(({ from, to }) => (from ?? to)!);
}

function changeOfRole(name: string, changes: readonly Change<RoleColumn>[]): string {
  if (changes.some(({ from, to }) => from?.column === 'rolname' && to === undefined)) {
    return `the role ${name}, which is gone`;
  }
  return `the role ${name} (${changes
    .map(({ from, to }) => (from ?? to)!.column.replace(/^rol/, ''))
    .toSorted(byCodeUnit)
    .join(', ')})`;
}

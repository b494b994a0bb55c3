import { byCodeUnit } from '../../common/order.ts';
import type { ClusterState, RoleState } from './cluster-state.ts';

/** The differences between two states of a cluster in words, one line each. */
export function differencesOf(before: ClusterState, after: ClusterState): string[] {
  const names = { before: roleNames(before), after: roleNames(after) };
  // A difference that goes with a new or dropped role is not reported separately.
  const inBoth = (name: string | null) => name === null || (names.before.has(name) && names.after.has(name));
  const lines = [
    ...roleDifferences(before.roles, after.roles),
    ...changed(before.memberships, after.memberships)
      .filter(({ role, member }) => inBoth(role) && inBoth(member))
      .map(({ role, member }) => `the membership of ${member} in ${role}`),
    ...changed(before.settings, after.settings)
      .filter(({ role }) => inBoth(role))
      .map(({ database, role }) => `the settings of ${role ?? 'every role'} in ${database ?? 'every database'}`),
    ...changed(before.parameters, after.parameters)
      .filter(({ grantee }) => grantee === '' || inBoth(grantee))
      .map(({ name, grantee }) => `the privileges of ${grantee || 'PUBLIC'} on the parameter ${name}`),
    ...sharedDifferences(before, after),
  ];
  return [...new Set(lines)].toSorted(byCodeUnit);
}

function roleNames({ roles }: ClusterState): Set<string> {
  return new Set(roles.map(({ rolname }) => rolname));
}

function roleDifferences(before: readonly RoleState[], after: readonly RoleState[]): string[] {
  const then = byKey(before, ({ oid }) => String(oid));
  const now = byKey(after, ({ oid }) => String(oid));
  return [
    ...before.filter(({ oid }) => !now.has(String(oid))).map(({ rolname }) => `the role ${rolname}, which is gone`),
    ...after.flatMap((role) => {
      const was = then.get(String(role.oid));
      if (was === undefined) {
        return [`the role ${role.rolname}, which is new`];
      }
      const columns = Object.keys(role).filter((name) => JSON.stringify(role[name]) !== JSON.stringify(was[name]));
      const named = columns.map((name) => name.replace(/^rol/, '')).toSorted(byCodeUnit);
      return columns.length === 0 ? [] : [`the role ${was.rolname} (${named.join(', ')})`];
    }),
  ];
}

function sharedDifferences(before: ClusterState, after: ClusterState): string[] {
  const keyOf = ({ kind, name }: ClusterState['shared'][number]) => `${kind} ${name}`;
  const then = byKey(before.shared, keyOf);
  const now = byKey(after.shared, keyOf);
  return [...new Set([...then.keys(), ...now.keys()])].flatMap((key) => {
    const [was, is] = [then.get(key), now.get(key)];
    return was === undefined
      ? [`the ${key}, which is new`]
      : is === undefined
        ? [`the ${key}, which is gone`]
        : JSON.stringify(was) === JSON.stringify(is)
          ? []
          : [`the ${key}`];
  });
}

/** Lines that only one side has. */
function changed<T>(before: readonly T[], after: readonly T[]): T[] {
  const then = new Set(before.map((line) => JSON.stringify(line)));
  const now = new Set(after.map((line) => JSON.stringify(line)));
  return [
    ...before.filter((line) => !now.has(JSON.stringify(line))),
    ...after.filter((line) => !then.has(JSON.stringify(line))),
  ];
}

function byKey<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T> {
  return new Map(items.map((item) => [keyOf(item), item]));
}

import { readFile } from 'node:fs/promises';

import { quoteIdentifier as quoted, quoteLiteral } from '../../postgres/quote.ts';
import type { Session } from '../../postgres/session.ts';
import {
  byKey,
  changesOf,
  columnsOf,
  inWords,
  isSame,
  membershipKey,
  parameterKey,
  settingKey,
  underFirstNames,
  withoutMade,
  type Change,
  type ClusterChanges,
  type RoleColumn,
  type Step,
} from './cluster-changes.ts';
import { clusterState, type ClusterState, type MembershipState, type ParameterState } from './cluster-state.ts';
import { clearRecord, readRecord } from './record.ts';
import { mendAll, refused, type Refused, type Repair } from './repairs.ts';

/** What became of a cluster that was to be as it was. */
export interface Restored {
  /** What a run made or changed, and the server would not take back. */
  left: Refused[];
  /** Databases and tablespaces that a run changed: they are never put back. */
  lasting: string[];
  /** What is not as it was before the run, and was not its doing. */
  others: string[];
}

/**
 * In a session of the claim's database: drops the databases and roles that its record says were made, and puts back what
 * was changed on others, as far as nobody has changed it again since. Everything else is left as it is, and told.
 */
export async function restoreCluster(session: Session): Promise<Restored> {
  const { before, steps, databases } = await readRecord(session);
  const changes = changesOf(steps, databases);
  const left = await dropDatabases(session, databases);
  await session.script('begin');
  try {
    const { roles } = await clusterState(session);
    left.push(
      ...(await mendAll(
        session,
        roles.filter(({ oid }) => changes.isMade(oid)).map(({ rolname }) => dropRole(session, rolname)),
      )),
    );
    left.push(...(await mendAll(session, await roleRepairs(session, steps, changes))));
    left.push(
      ...(await mendAll(
        session,
        grantRepairs(session, changes, underFirstNames(await clusterState(session), changes)),
      )),
    );
    if (left.length === 0) {
      await clearRecord(session);
    }
    await session.script('commit');
  } catch (error) {
    await session.script('rollback').catch(() => undefined);
    throw error;
  }
  const now = withoutMade(await clusterState(session), changes);
  const lasting = inWords({ ...changes, shared: stillChanged(changes, underFirstNames(now, changes)) }).shared;
  const told = new Set([...lasting, ...left.map(({ what }) => what)]);
  const differing = inWords(changesOf([{ id: 0, before, after: now }], databases));
  return {
    left,
    lasting,
    others: [...differing.made, ...differing.roles, ...differing.shared].filter((line) => !told.has(line)),
  };
}

/** In no transaction: the server takes none. */
async function dropDatabases(session: Session, databases: ReadonlySet<string>): Promise<Refused[]> {
  const left: Refused[] = [];
  for (const name of databases) {
    if (name !== session.target.database) {
      const repair = {
        what: `the database ${name}`,
        mend: () => session.script(`drop database if exists ${quoted(name)} with (force)`),
      };
      await repair.mend().catch((error: unknown) => left.push(refused(repair, error)));
    }
  }
  return left;
}

/** Owned by it, or granted to it, is here only what all databases share. */
function dropRole(session: Session, name: string): Repair {
  return {
    what: `the role ${name}`,
    role: name,
    mend: () => session.script(`drop owned by ${quoted(name)}; drop role ${quoted(name)}`),
  };
}

/** A role that is gone is made again, and each column gets back what it was, unless somebody else has changed it since. */
async function roleRepairs(
  session: Session,
  steps: readonly Step[],
  { columns, rootOf, nameOf }: ClusterChanges,
): Promise<Repair[]> {
  const { roles } = await clusterState(session);
  const update = await sql('restore-role.sql');
  const roots = new Set([...columns.values()].map(({ from, to }) => (from ?? to)!.root));
  return [...roots].flatMap((root) => {
    // One that was made again, by us at an earlier try or by somebody else, has another oid.
    const role = roles.find(({ oid }) => rootOf(oid) === root) ?? roles.find(({ rolname }) => rolname === nameOf(root));
    const now = new Map(role === undefined ? [] : columnsOf(role, root).map((item) => [item.column, item]));
    const ours = [...columns.values()].filter(
      (change): change is Change<RoleColumn> & { from: RoleColumn } =>
        change.from?.root === root && isSame(change.to, now.get(change.from.column)),
    );
    const columnsOfStep = (id: number) =>
      ours.flatMap(({ from, step }) => (step === id && from.column !== 'comment' ? [from.column] : []));
    const mend = async () => {
      if (role === undefined) {
        await session.script(`create role ${quoted(nameOf(root)!)}`);
      }
      const [row] = await session.query<{ oid: string }>(
        'select r.oid::text as oid from pg_catalog.pg_roles as r where r.rolname = $1',
        [role?.rolname ?? nameOf(root)!],
      );
      for (const { id, before } of steps.filter((step) => columnsOfStep(step.id).length > 0)) {
        const set = columnsOfStep(id).map((column) => `${quoted(column)} = s.${quoted(column)}`);
        await session.query(
          update.replace(':columns', () => set.join(', ')),
          [id, String(before.roles.find(({ oid }) => rootOf(oid) === root)!.oid), row!.oid],
        );
      }
      const comment = ours.find(({ from }) => from.column === 'comment')?.from.value;
      if (comment !== undefined) {
        const [{ name } = { name: '' }] = await session.query<{ name: string }>(
          'select r.rolname::text as name from pg_catalog.pg_roles as r where r.oid = $1::oid',
          [row!.oid],
        );
        await session.script(
          `comment on role ${quoted(name)} is ${comment === null ? 'null' : quoteLiteral(comment as string)}`,
        );
      }
    };
    return ours.length === 0 ? [] : [{ what: `the role ${nameOf(root)!}`, mend }];
  });
}

/** Memberships, settings and privileges on parameters that are as the run left them. */
function grantRepairs(
  session: Session,
  { memberships, settings, parameters }: ClusterChanges,
  now: ClusterState,
): Repair[] {
  const script = (text: string) => () => session.script(text);
  return [
    ...ours(memberships, byKey(now.memberships, membershipKey)).map(({ from, to }) => {
      const { role, member } = (from ?? to)!;
      return { what: `the membership of ${member} in ${role}`, mend: script(membershipSql(from, to)) };
    }),
    ...ours(settings, byKey(now.settings, settingKey)).map(({ from, to }) => {
      const { database, role } = (from ?? to)!;
      const mend = async () =>
        session.query(await sql('restore-settings.sql'), [database, role, from?.settings ?? null]);
      return { what: `the settings of ${role ?? 'every role'} in ${database ?? 'every database'}`, mend };
    }),
    ...ours(parameters, byKey(now.parameters, parameterKey)).map(({ from, to }) => {
      const { grantee, name } = (from ?? to)!;
      return {
        what: `the privileges of ${grantee || 'PUBLIC'} on the parameter ${name}`,
        mend: script(parameterSql(from, to)),
      };
    }),
  ];
}

/** Changes that nobody has touched since. */
function ours<T>(changes: ReadonlyMap<string, Change<T>>, now: ReadonlyMap<string, T>): Change<T>[] {
  return [...changes].filter(([key, { to }]) => isSame(to, now.get(key))).map(([, change]) => change);
}

function stillChanged({ shared }: ClusterChanges, now: ClusterState): ClusterChanges['shared'] {
  const there = byKey(now.shared, ({ kind, name }) => [kind, name]);
  return new Map([...shared].filter(([key, { from }]) => !isSame(from, there.get(key))));
}

/** What gives a membership back as it was, for the version that it was read from. */
export function membershipSql(from: MembershipState | undefined, to: MembershipState | undefined): string {
  const { role, member, grantor } = (from ?? to)!;
  const revoke = (what: string) => `revoke ${what}${quoted(role)} from ${quoted(member)} granted by ${quoted(grantor)}`;
  if (from === undefined) {
    return revoke('');
  }
  if (from.inherit === null) {
    const grant = `grant ${quoted(role)} to ${quoted(member)} ${from.admin ? 'with admin option' : ''} granted by ${quoted(grantor)}`;
    if (to !== undefined && to.grantor !== grantor) {
      // Already a member, it would keep the other grantor.
      return `revoke ${quoted(role)} from ${quoted(member)}; ${grant}`;
    }
    return to?.admin === true && !from.admin ? revoke('admin option for ') : grant;
  }
  return `grant ${quoted(role)} to ${quoted(member)} with admin ${from.admin}, inherit ${from.inherit}, set ${String(from.set)} granted by ${quoted(grantor)}`;
}

/** As its grantor, for the server lets nobody grant in another's name. */
function parameterSql(from: ParameterState | undefined, to: ParameterState | undefined): string {
  const { name, grantee, grantor, privilege } = (from ?? to)!;
  const what = `${privilege} on parameter ${name
    .split('.')
    .map((part) => quoted(part))
    .join('.')}`;
  const whom = grantee === '' ? 'public' : quoted(grantee);
  const revoke = to === undefined ? '' : `revoke ${what} from ${whom};`;
  const grant = from === undefined ? '' : `grant ${what} to ${whom}${from.grantable ? ' with grant option' : ''};`;
  return `set local role ${quoted(grantor)}; ${revoke} ${grant} reset role`;
}

function sql(name: string): Promise<string> {
  return readFile(new URL(name, import.meta.url), 'utf8');
}

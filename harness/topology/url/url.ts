import { RolecallError } from '../../common/errors.ts';
import { withSession, type Session } from '../../postgres/session.ts';
import { nameOf, targetOf, type Target } from '../../postgres/target.ts';
import { whereIs } from '../../postgres/where-is.ts';
import type { ContractRole, Journal, Topology, TopologyOptions } from '../topology.ts';
import { requireAdmin } from './admin.ts';
import { claimCluster, dropClaim } from './claim.ts';
import { clusterState, type ClusterState } from './cluster-state.ts';
import { differencesOf } from './differences.ts';
import { announceDatabase, dropRecorded, ownPrefix, recordMade } from './made.ts';

/** A cluster that one run has to itself, as far as other runs of Rolecall go. */
interface Claim {
  holder: Session;
  before: ClusterState;
}

/**
 * An existing server, by the URL of a superuser or of an admin with CREATEROLE and CREATEDB. The run makes its own databases and
 * roles there, and drops them. The tool changes nothing that existed before, and names what differs at the end.
 */
export function urlTopology(): Topology {
  let claim: Claim | undefined;
  return {
    name: 'url',
    isolation: 'shared-cluster',
    start: async (_phase, options) => {
      if (options.url === undefined) {
        throw new RolecallError('topology-unavailable', {
          message: 'the topology url needs the URL of a server',
          next: 'Set ROLECALL_URL, or give --url, to the connection URL of a superuser, or of a role with CREATEROLE and CREATEDB.',
        });
      }
      const superuser = targetOf(options.url, 'the URL of the topology');
      if (claim === undefined) {
        await requireServer(superuser, options);
        claim = await claimed(superuser, options);
      } else {
        // The phase before this one is finished.
        await dropAll(claim.holder);
      }
      const there = rolesThere(claim, options.roles ?? []);
      requireUsable(superuser, there, options.logins);
      await requireSameServer(superuser, options.logins ?? new Map(), options.signal);
      return {
        superuser,
        databasePrefix: ownPrefix,
        logins: options.logins ?? new Map(),
        journal: journalIn(claim.holder),
        log: () => Promise.resolve('The log of a server that exists cannot be read over a connection.\n'),
        artefacts: () => Promise.resolve(new Map([['server.txt', accountOf(claim!, there)]])),
      };
    },
  };
}

async function claimed(superuser: Target, options: TopologyOptions): Promise<Claim> {
  const { roles = [], madeRoles = [], releasers, signal, progress } = options;
  const { holder, left } = await claimCluster(superuser, [...roles.map(({ name }) => name), ...madeRoles], signal);
  if (left.length > 0) {
    progress?.(
      `on ${nameOf(superuser)}, made since a run that was killed began, not on its record, and left so: ${left.join(', ')}\n`,
    );
  }
  let isReleased = false;
  const before = await orClose(holder, clusterState(holder));
  const release = async () => {
    // What the server does not drop stays on record, and the next run tries again.
    await orClose(holder, dropAll(holder));
    const differences = differencesOf(before, await orClose(holder, clusterState(holder)));
    await dropClaim(superuser, holder);
    isReleased = true;
    if (differences.length > 0) {
      progress?.(`on ${nameOf(superuser)}, other than before the run, and left so: ${differences.join('; ')}\n`);
    }
  };
  await releasers.add(`the claim to ${nameOf(superuser)}`, {
    release,
    atExit: () =>
      isReleased ? undefined : `what was made on ${nameOf(superuser)} is still there; the next run on it removes it`,
  });
  return { holder, before };
}

function journalIn(holder: Session): Journal {
  return {
    willMake: (database) => announceDatabase(holder, database),
    made: () => recordMade(holder),
  };
}

/** Drops what this run made, including what it was just making. Nobody else makes such objects while it holds the cluster. */
async function dropAll(holder: Session): Promise<void> {
  await recordMade(holder);
  await dropRecorded(holder);
}

async function orClose<T>(session: Session, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    await session.close();
    throw error;
  }
}

async function requireServer(superuser: Target, options: TopologyOptions): Promise<void> {
  const { major, exactMajor, signal } = options;
  const [row] = await withSession(superuser, { signal }, (session) =>
    session.query<{ version: number; standby: boolean }>(
      `select pg_catalog.current_setting('server_version_num')::int / 10000 as version, pg_catalog.pg_is_in_recovery() as standby`,
    ),
  );
  const refused = (message: string, next: string) =>
    new RolecallError('topology-unavailable', { message: `${nameOf(superuser)} ${message}`, next });
  if (row!.standby) {
    throw refused(
      'is a standby: nothing can be built there',
      'Give the URL of a primary server that is there for tests.',
    );
  }
  if (exactMajor === true && row!.version !== major) {
    throw refused(`is PostgreSQL ${row!.version}, not ${major}`, `Pass --pg ${row!.version}, or omit it.`);
  }
  await requireAdmin(superuser, options);
}

/** Roles of the contract that existed on the server before the run. */
function rolesThere({ before }: Claim, roles: readonly ContractRole[]): ContractRole[] {
  const known = new Map(before.roles.map((role) => [role.rolname, role]));
  return roles
    .filter(({ name }) => known.has(name))
    .map(({ name, login }) => ({ name, login: login || known.get(name)!['rolcanlogin'] === true }));
}

/** An existing role is used as it is, and only by a given login URL, because its password is not changed. */
function requireUsable(
  superuser: Target,
  there: readonly ContractRole[],
  given: ReadonlyMap<string, Target> = new Map(),
): void {
  const names = new Set(there.map(({ name }) => name));
  const unknown = [...given.keys()].filter((name) => !names.has(name));
  if (unknown.length > 0) {
    throw new RolecallError('bad-argument', {
      message: `--login names ${unknown.join(', ')}, not on ${nameOf(superuser)} before the run`,
      next: 'Omit it: the run makes that role, with a password of its own.',
    });
  }
  const refused = there.filter(({ name, login }) => (login ? !given.has(name) : given.size === 0));
  if (refused.length > 0) {
    throw new RolecallError('topology-unavailable', {
      message: `roles of the contract are on ${nameOf(superuser)} already: ${refused.map(({ name }) => name).join(', ')}`,
      next: 'Use a server without them. Or give run or up --login IDENTITY=URL for each of them that logs in or migrates: then they are used as they are, and no password is changed.',
    });
  }
}

/** Refuses with `bad-argument` a login whose URL leads to another server: the evidence would be about the wrong one. */
async function requireSameServer(
  superuser: Target,
  logins: ReadonlyMap<string, Target>,
  signal: AbortSignal,
): Promise<void> {
  const here = await whereIs(superuser, signal);
  for (const [name, target] of logins) {
    if (target.user !== name || (await whereIs(target, signal)).server !== here.server) {
      throw new RolecallError('bad-argument', {
        message: `the URL of ${name} leads to ${nameOf(target)}, and not as ${name} to the server of ${nameOf(superuser)}`,
        next: 'Give the URL by which that role logs in to the server of --url.',
      });
    }
  }
}

function accountOf({ before }: Claim, used: readonly ContractRole[]): string {
  const others = before.roles.map(({ rolname }) => rolname).filter((name) => !name.startsWith('pg_'));
  const lines = [
    'A server that existed before the run. Both phases were built in it, one after the other, in databases of their own;',
    'the roles and databases that the run made were dropped between them and at the end.',
    `roles that were there before, and are facts of both phases: ${others.join(', ')}`,
    `roles of the contract that were there before, and were used as they are: ${used.map(({ name }) => name).join(', ') || 'none'}`,
  ];
  return `${lines.join('\n')}\n`;
}

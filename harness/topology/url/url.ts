import { sha256 } from '../../common/digest.ts';
import { RolecallError } from '../../common/errors.ts';
import type { Releasers } from '../../process/releasers.ts';
import { withSession } from '../../postgres/session.ts';
import { nameOf, targetOf, type Target } from '../../postgres/target.ts';
import type { StartedServer, Topology, TopologyOptions } from '../topology.ts';
import { claimCluster, databasePrefix, type Claim } from './claim.ts';
import { inWords } from './cluster-changes.ts';

/**
 * A server that exists, by a superuser's URL: throw-away databases are made in it and removed, and what the builds did to what
 * its databases share is taken back. Roles that are there already are facts of it, as they are in production.
 */
export const url: Topology = {
  name: 'url',
  isolation: 'shared-cluster',
  start: (_phase, options) => startUrl(options),
};

/** The claim of each command, which has releasers of its own. */
const claims = new WeakMap<Releasers, Claim>();

async function startUrl(options: TopologyOptions): Promise<StartedServer> {
  if (options.url === undefined) {
    throw new RolecallError('topology-unavailable', {
      message: 'the topology url needs the URL of a server',
      next: 'Set ROLECALL_URL, or give --url, to the connection URL of a superuser.',
    });
  }
  const superuser = targetOf(options.url, 'the URL of the topology');
  await requireServer(superuser, options);
  const known = claims.get(options.releasers);
  await known?.restore();
  const claim = known ?? (await claimCluster(superuser, options));
  claims.set(options.releasers, claim);
  const there = existing(claim, options.roles ?? []);
  if (there.length > 0 && options.reuseRoles !== true) {
    throw new RolecallError('topology-unavailable', {
      message: `roles that would be made are on ${nameOf(superuser)} already: ${there.join(', ')}`,
      next: 'Use a server without them, or give --reuse-roles: they are changed for the run, and put back as they were.',
    });
  }
  return {
    superuser,
    log: () => Promise.resolve('The log of a server that exists is not to be had by a connection.\n'),
    artefacts: () => Promise.resolve(new Map([['server.txt', accountOf(claim, there)]])),
    databaseName,
    willMake: claim.willMake,
    recorded: claim.recorded,
    requireUntouched: () => requireUntouched(claim, options),
  };
}

/** The contract's own name may be that of a real database here. */
export function databaseName(name: string): string {
  const own = `${databasePrefix}${name}`;
  // The server cuts a longer name off, and two names may then be one.
  return Buffer.byteLength(own) <= 63 ? own : `${databasePrefix}${sha256(name).slice(0, 32)}`;
}

async function requireServer(superuser: Target, { major, exactMajor, signal }: TopologyOptions): Promise<void> {
  const [row] = await withSession(superuser, { signal }, (session) =>
    session.query<{ super: boolean; version: number }>(
      `select rolsuper as super, pg_catalog.current_setting('server_version_num')::int / 10000 as version from pg_catalog.pg_roles where rolname = current_user`,
    ),
  );
  if (row!.super !== true) {
    throw new RolecallError('topology-unavailable', {
      message: `${nameOf(superuser)} is no superuser: what was there before could be neither seen nor put back`,
      next: 'Give the URL of a superuser, of a server that is there for tests.',
    });
  }
  if (exactMajor === true && row!.version !== major) {
    throw new RolecallError('topology-unavailable', {
      message: `${nameOf(superuser)} is PostgreSQL ${row!.version}, not ${major}`,
      next: `Say --pg ${row!.version}, or leave it away.`,
    });
  }
}

function existing({ before }: Claim, roles: readonly string[]): string[] {
  const there = new Set(before.roles.map(({ rolname }) => rolname));
  return roles.filter((role) => there.has(role));
}

async function requireUntouched(claim: Claim, { reuseRoles }: TopologyOptions): Promise<void> {
  const changes = inWords(await claim.changes());
  const refused = [...(reuseRoles === true ? [] : changes.roles), ...changes.shared];
  if (refused.length > 0) {
    throw new RolecallError('topology-failed', {
      message: `the migrations change what was on the server before: ${refused.join('; ')}`,
      next:
        changes.shared.length > 0
          ? 'Give them a server of their own: a database or tablespace is neither put back nor dropped.'
          : 'It is put back as this command ends. Give them a server of their own, or give --reuse-roles: such changes are made for the run, and put back.',
    });
  }
}

function accountOf({ before }: Claim, reused: readonly string[]): string {
  const lines = [
    'A server that existed before the run. Both phases were built in it, one after the other, in databases of their own;',
    'between them and at the end, what the builds did to its roles, memberships, settings and privileges on parameters was taken back.',
    `roles that were there before, and are facts of both phases: ${roleNames(before.roles)}`,
    `roles of the contract that were there before, and were used: ${reused.length === 0 ? 'none' : reused.join(', ')}`,
  ];
  return `${lines.join('\n')}\n`;
}

function roleNames(roles: Claim['before']['roles']): string {
  return roles
    .map(({ rolname }) => rolname)
    .filter((name) => !name.startsWith('pg_'))
    .join(', ');
}

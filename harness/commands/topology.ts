import { RolecallError } from '../common/errors.ts';
import type { PhaseName } from '../common/phase.ts';
import type { ParsedContract } from '../contract/contract.ts';
import { identitiesOf, judgedIdentities, migratesAs } from '../contract/declared.ts';
import { createdExtensions, createdRoles } from '../pipeline/created-roles.ts';
import type { Project } from '../pipeline/project.ts';
import { targetOf } from '../postgres/target.ts';
import { firstThatWorks, type PassedOver } from '../topology/auto.ts';
import { automatic, topologies, type TopologyName } from '../topology/registry.ts';
import type { ContractRole, Topology, TopologyOptions } from '../topology/topology.ts';
import type { Context } from './context.ts';
import { givenLogins, looksLikeProduction } from './live.ts';

/** What the flags say about the source of Postgres. */
export interface TopologyFlags {
  topology: TopologyName | 'auto';
  pg?: number | undefined;
  /** Without it, ROLECALL_POSTGRES_IMAGE counts. */
  image?: string | undefined;
  composeFile?: string | undefined;
  service?: string | undefined;
  /** For the topology url. `why` and `drift` read it only from ROLECALL_URL, because their own --url is the live database. */
  url?: string | undefined;
  /** IDENTITY=URL for each role that exists already on the server of the topology url. */
  login?: readonly string[] | undefined;
  yesProduction?: boolean | undefined;
}

export interface ChosenTopology {
  topology: Topology;
  /** Undefined if the topology was named. */
  passedOver: PassedOver[] | undefined;
  options: TopologyOptions;
}

/**
 * The topology that the flags select, with its options. With `auto` its server for `phase` runs already. Refuses flags that do
 * not go together.
 */
export async function chooseTopology(
  flags: TopologyFlags,
  project: Project,
  phase: PhaseName,
  context: Context,
  needs: Pick<TopologyOptions, 'needsSuperuser'> = {},
): Promise<ChosenTopology> {
  const options = {
    ...topologyOptions(flags, project.contract, context),
    ...needs,
    ...(flags.topology === 'url' && {
      madeRoles: await createdRoles(project),
      extensions: await createdExtensions(project),
    }),
  };
  const patient = async (name: TopologyName) => withAnswerTimeout(await topologies[name](), context.answerTimeoutMs);
  if (flags.topology !== 'auto') {
    return { topology: await patient(flags.topology), passedOver: undefined, options };
  }
  const candidates = await Promise.all(
    automatic.filter((name) => flags.image === undefined || startsImages.has(name)).map(patient),
  );
  const { topology, passedOver } = await firstThatWorks(candidates, phase, options);
  return { topology, passedOver, options };
}

/** The topology with the answer timeout of the environment for its servers. */
function withAnswerTimeout(topology: Topology, answerTimeoutMs: number | undefined): Topology {
  const start: Topology['start'] = async (phase, options) => {
    const server = await topology.start(phase, options);
    return { ...server, superuser: { ...server.superuser, answerTimeoutMs } };
  };
  return answerTimeoutMs === undefined ? topology : { name: topology.name, isolation: topology.isolation, start };
}

const startsImages = new Set<string>(['compose', 'testcontainers']);

/** The options of every topology that come from the context. */
export function surroundings({ cacheDir, tempDirs, env, releasers, signal, stderr }: Context) {
  return { cacheDir, tempDirs, env, releasers, signal, progress: stderr };
}

/** The options of a topology. Only this function makes them. */
export function topologyOptions(flags: TopologyFlags, contract: ParsedContract, context: Context): TopologyOptions {
  requireMatching(flags);
  const { env } = context;
  const url = flags.topology === 'url' ? (flags.url ?? (env['ROLECALL_URL'] || undefined)) : undefined;
  if (
    url !== undefined &&
    flags.yesProduction !== true &&
    looksLikeProduction(targetOf(url, 'the URL of the topology'))
  ) {
    throw new RolecallError('bad-argument', {
      message: 'the URL of the topology url looks like production, and databases and roles would be made there',
      next: 'Use a server that is there for tests; --yes-production says that this one is.',
    });
  }
  return {
    major: flags.pg ?? contract.postgres,
    exactMajor: flags.pg !== undefined,
    ...surroundings(context),
    image: flags.image ?? (env['ROLECALL_POSTGRES_IMAGE'] || undefined),
    composeFile: flags.composeFile,
    service: flags.service,
    url,
    logins: givenLogins([...loginsUsed(contract, url)], flags.login ?? [], context),
    roles: rolesUsed(contract, url),
  };
}

/** Roles that a run logs in as. The URL's superuser is left out, even if it migrates, because its login is that URL. */
function loginsUsed(contract: ParsedContract, url: string | undefined): Set<string> {
  const as = migratesAs(contract);
  const isSuperuser = url !== undefined && targetOf(url, 'the URL of the topology').user === as;
  return new Set([...identitiesOf(contract, 'login'), ...(as === undefined || isSuperuser ? [] : [as])]);
}

/** Roles that a run makes, or judges. */
function rolesUsed(contract: ParsedContract, url: string | undefined): ContractRole[] {
  const logins = loginsUsed(contract, url);
  return [...new Set([...judgedIdentities(contract), ...logins])].map((name) => ({
    name,
    login: logins.has(name),
    attributes: contract.identities[name]?.attributes,
  }));
}

function requireMatching(flags: TopologyFlags): void {
  const { topology, image, composeFile, service, url, login = [], yesProduction } = flags;
  const faults = [
    ...(url !== undefined && topology !== 'url' ? ['--url applies to --topology url only'] : []),
    ...(login.length > 0 && topology !== 'url'
      ? ['--login applies to --topology url only: the others have no roles yet']
      : []),
    ...(yesProduction === true && topology !== 'url' ? ['--yes-production applies to --topology url only'] : []),
    ...(image !== undefined && topology !== 'auto' && !startsImages.has(topology)
      ? [`--image applies to ${[...startsImages].join(' and ')} only: ${topology} starts none`]
      : []),
    ...(composeFile !== undefined && topology !== 'compose'
      ? ['--compose-file applies to --topology compose only']
      : []),
    ...(service !== undefined && topology !== 'compose' ? ['--service applies to --topology compose only'] : []),
  ];
  if (faults.length > 0) {
    throw new RolecallError('bad-argument', {
      message: faults.join('\n'),
      next: `Omit what does not apply, or pass another topology: this is --topology ${topology}.`,
    });
  }
}

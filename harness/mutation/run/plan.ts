import { sqlParser } from '../../postgres/parsed-sql.ts';
import type { Fact } from '../../catalog/fact.ts';
import type { PhaseName } from '../../common/phase.ts';
import type { Migrator } from '../../migrations/migrator.ts';
import { buildPhase, type BuildOptions } from '../../pipeline/build-phase.ts';
import { factsOf, serverVersion, stateOf } from '../../pipeline/head-state.ts';
import type { Project } from '../../pipeline/project.ts';
import { withSession } from '../../postgres/session.ts';
import type { Topology, TopologyOptions } from '../../topology/topology.ts';
import { onlyChanged } from '../changed.ts';
import { readDefinitions } from '../definitions.ts';
import type { Mutant, MutationState } from '../mutant.ts';
import { mutantsOf } from '../operators.ts';
import { only, partOf, type Shard } from '../shard.ts';

/** Which mutants are selected, and of what. */
export interface PlanOptions extends TopologyOptions {
  project: Project;
  topology: Topology;
  migrator: Migrator;
  shard: Shard | null;
  only: string | null;
  /** Only those of objects and roles whose facts differ between baseline and head. */
  changed: boolean;
}

/** The selected mutants of a state, sorted by id. `baseline` is undefined if all are selected. */
export function planned(
  state: MutationState,
  baseline: readonly Fact[] | undefined,
  { shard, only: pattern }: Pick<PlanOptions, 'shard' | 'only'>,
): Mutant[] {
  const all = mutantsOf(state);
  const changed = baseline === undefined ? all : onlyChanged(all, baseline, state.facts);
  const chosen = pattern === null ? changed : only(changed, pattern);
  return shard === null ? chosen : partOf(chosen, shard);
}

/** The mutants that a run with these options would try. Head is built for it, and nothing is damaged. */
export async function listMutants(options: PlanOptions): Promise<Mutant[]> {
  const baseline = await baselineFacts(options);
  const { superuser } = await buildPhase('head', {
    ...(await buildOptions('head', options)),
    ...named(options, 'list'),
  });
  const { contract } = options.project;
  return withSession(superuser, { signal: options.signal }, async (session) => {
    const { number } = await serverVersion(session);
    const state = {
      contract,
      facts: await factsOf(session, number, contract),
      parser: await sqlParser(),
      definitions: await readDefinitions(session, contract),
      major: Math.floor(number / 10_000),
    };
    return planned(state, baseline, options);
  });
}

/** The privilege state before the contract's migrations; undefined if the selection does not need it. */
export async function baselineFacts(options: PlanOptions): Promise<Fact[] | undefined> {
  if (!options.changed) {
    return undefined;
  }
  const built = await buildPhase('baseline', await buildOptions('baseline', options));
  return (await stateOf(built.superuser, options.signal, options.project.contract)).facts;
}

/** The options to build a phase, with a server started for it. */
export async function buildOptions(phase: PhaseName, options: PlanOptions): Promise<BuildOptions> {
  const { topology, project, migrator, signal } = options;
  return {
    server: await topology.start(phase, options),
    project,
    migrator,
    reporter: {},
    signal,
    passwords: new Map(),
  };
}

/** In a shared cluster the databases need different names. */
export function named({ topology, project }: PlanOptions, suffix: string): Pick<BuildOptions, 'database'> {
  return topology.isolation === 'shared-cluster' ? { database: `${project.contract.databases.head}_${suffix}` } : {};
}

import { headState, type State } from '../pipeline/head-state.ts';
import type { Project } from '../pipeline/project.ts';
import { topologies, type TopologyName } from '../topology/registry.ts';
import type { Context } from './context.ts';
import { migratorOf } from './migrator.ts';

/** The privilege state of head, built from the migrations on a server started for it and ended with the command. */
export async function builtHead(project: Project, { topology, pg }: { topology: TopologyName; pg?: number | undefined }, context: Context): Promise<State> {
  const { cacheDir, tempDirs, releasers, signal } = context;
  const started = await topologies[topology]();
  const major = pg ?? project.contract.postgres;
  return headState(started, { major, cacheDir, tempDirs, releasers, signal }, { project, migrator: await migratorOf(project, context), reporter: {}, signal });
}

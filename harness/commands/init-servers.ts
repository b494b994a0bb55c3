import { readProject, type Project } from '../pipeline/project.ts';
import type { Migrator } from '../migrations/migrator.ts';
import { Releasers } from '../process/releasers.ts';
import { topologies } from '../topology/registry.ts';
import type { Topology, TopologyOptions } from '../topology/topology.ts';
import type { Context } from './context.ts';
import type { DraftFiles } from './init-files.ts';
import { migratorOf } from './migrator.ts';
import { topologyOptions } from './topology.ts';

/** A draft as a project, and where it is built. */
export interface DraftOnServers {
  project: Project;
  migrator: Migrator;
  topology: Topology;
  options: TopologyOptions;
}

/** Runs `work` with the draft on embedded servers, which end with it: a draft is built again and again. */
export async function onServers<T>(
  files: DraftFiles,
  context: Context,
  work: (draft: DraftOnServers) => Promise<T>,
): Promise<T> {
  const releasers = new Releasers();
  await context.releasers.add('the servers of a draft', { release: () => releasers.release() });
  try {
    const project = await readProject(files.contract);
    return await work({
      project,
      migrator: migratorOf(project, context),
      topology: await topologies.embedded(),
      options: topologyOptions({ topology: 'embedded' }, project.contract, { ...context, releasers }),
    });
  } finally {
    await releasers.release();
  }
}

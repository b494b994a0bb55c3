import { headState, type State } from '../pipeline/head-state.ts';
import type { Project } from '../pipeline/project.ts';
import type { Context } from './context.ts';
import { migratorOf } from './migrator.ts';
import { chooseTopology, type TopologyFlags } from './topology.ts';

/** The privilege state of head, built from the migrations on a server started for it and ended with the command. */
export async function builtHead(project: Project, flags: TopologyFlags, context: Context): Promise<State> {
  const { signal } = context;
  const migrator = migratorOf(project, context);
  const { topology, options } = await chooseTopology(flags, project, 'head', context);
  return headState(topology, options, { project, migrator, reporter: {}, signal });
}

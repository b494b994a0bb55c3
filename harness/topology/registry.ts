import type { Topology } from './topology.ts';

/** Every topology by name, loaded when asked for. */
export const topologies = {
  embedded: async (): Promise<Topology> => (await import('./embedded/embedded.ts')).embedded,
};

export type TopologyName = keyof typeof topologies;

export const topologyNames = Object.keys(topologies) as TopologyName[];

import type { Topology } from './topology.ts';

/** Every topology by name, loaded when it is used. */
export const topologies = {
  embedded: async (): Promise<Topology> => (await import('./embedded/embedded.ts')).embedded,
  compose: async (): Promise<Topology> => (await import('./docker/compose.ts')).compose,
  testcontainers: async (): Promise<Topology> => (await import('./docker/testcontainers.ts')).testcontainers,
  url: async (): Promise<Topology> => (await import('./url/url.ts')).urlTopology(),
};

export type TopologyName = keyof typeof topologies;

export const topologyNames = Object.keys(topologies) as TopologyName[];

/**
 * What --topology auto tries, in order. First the project's own compose file, because evidence should be about what is deployed;
 * then the same server without the file; then the one that is always available. A server that exists is never chosen: it may be
 * in use.
 */
export const automatic: readonly TopologyName[] = ['compose', 'testcontainers', 'embedded'];

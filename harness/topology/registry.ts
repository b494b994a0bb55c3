import type { Topology } from './topology.ts';

/** Every topology by name, loaded when asked for. */
export const topologies = {
  embedded: async (): Promise<Topology> => (await import('./embedded/embedded.ts')).embedded,
  compose: async (): Promise<Topology> => (await import('./docker/compose.ts')).compose,
  testcontainers: async (): Promise<Topology> => (await import('./docker/testcontainers.ts')).testcontainers,
  url: async (): Promise<Topology> => (await import('./url/url.ts')).urlTopology(),
};

export type TopologyName = keyof typeof topologies;

export const topologyNames = Object.keys(topologies) as TopologyName[];

/**
 * What --topology auto tries, in order. Canonical first, for evidence counts on what is deployed; then the same server
 * without the file; then the one that is always there. A server that exists is never chosen: it may be somebody's.
 */
export const automatic: readonly TopologyName[] = ['compose', 'testcontainers', 'embedded'];

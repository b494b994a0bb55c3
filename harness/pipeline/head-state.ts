import type { Fact } from '../catalog/fact.ts';
import { readState } from '../catalog/read-state.ts';
import { connect } from '../postgres/session.ts';
import type { Target } from '../postgres/target.ts';
import { buildPhase, type BuildOptions } from './build-phase.ts';
import type { Topology, TopologyOptions } from '../topology/topology.ts';

/** A privilege state and the server it was read from. */
export interface State {
  facts: Fact[];
  serverVersion: string;
  major: number;
}

/** Reads the privilege state of a database. */
export async function stateOf(target: Target, signal: AbortSignal): Promise<State> {
  const session = await connect(target, { signal });
  try {
    const [row] = await session.query<{ text: string; number: number }>(
      `select pg_catalog.current_setting('server_version') as text, pg_catalog.current_setting('server_version_num')::int as number`,
    );
    const facts = await readState((sql) => session.script(sql), (sql) => session.query(sql), row!.number);
    return { facts, serverVersion: row!.text, major: Math.floor(row!.number / 10_000) };
  } finally {
    await session.close();
  }
}

/** The privilege state of head as the migrations build it, on a server started for it. */
export async function headState(topology: Topology, topologyOptions: TopologyOptions, build: Omit<BuildOptions, 'server' | 'passwords'>): Promise<State> {
  const server = await topology.start('head', topologyOptions);
  const built = await buildPhase('head', { ...build, server, passwords: new Map() });
  return stateOf(built.superuser, build.signal);
}

import type { PhaseName } from '../common/phase.ts';
import type { Fact } from '../catalog/fact.ts';
import { readState } from '../catalog/read-state.ts';
import type { Session } from '../postgres/session.ts';
import type { Target } from '../postgres/target.ts';
import { withUnhindered } from '../postgres/unhindered.ts';
import { withoutBooks } from './without-books.ts';
import type { ParsedContract } from '../contract/contract.ts';
import { buildPhase, type BuildOptions } from './build-phase.ts';
import type { Topology, TopologyOptions } from '../topology/topology.ts';

/** A privilege state and the server it was read from. */
export interface State {
  facts: Fact[];
  /** Where it was read. */
  target: Target;
  serverVersion: string;
  major: number;
}

/** Reads the privilege state of a database, as far as a contract judges it. */
export async function stateOf(target: Target, signal: AbortSignal, contract?: ParsedContract): Promise<State> {
  return withUnhindered(target, { signal }, async (session) => {
    const version = await serverVersion(session);
    return {
      facts: await factsOf(session, version.number, contract),
      target,
      serverVersion: version.text,
      major: Math.floor(version.number / 10_000),
    };
  });
}

/** The server's version as it says it, and as `server_version_num`. */
export async function serverVersion(session: Session): Promise<{ text: string; number: number }> {
  const [row] = await session.query<{ text: string; number: number }>(
    `select pg_catalog.current_setting('server_version') as text, pg_catalog.current_setting('server_version_num')::int as number`,
  );
  return row!;
}

/** The facts that a session sees now, or in the transaction that `opening` begins, without those that the contract leaves out. */
export async function factsOf(
  session: Session,
  serverVersionNum: number,
  contract?: ParsedContract,
  opening?: string,
): Promise<Fact[]> {
  const facts = await readState(
    (sql) => session.script(sql),
    (sql) => session.query(sql),
    serverVersionNum,
    opening,
  );
  return contract === undefined ? facts : withoutBooks(facts, contract);
}

/**
 * The privilege state of head as the migrations build it, on a server started for it: as the phase `on` if two are built at once.
 */
export async function headState(
  topology: Topology,
  topologyOptions: TopologyOptions,
  build: Omit<BuildOptions, 'server' | 'passwords'>,
  on: PhaseName = 'head',
): Promise<State> {
  const server = await topology.start(on, topologyOptions);
  const built = await buildPhase('head', { ...build, server, passwords: new Map() });
  return stateOf(built.superuser, build.signal, build.project.contract);
}

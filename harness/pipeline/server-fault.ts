import { diskFull } from '../common/disk-full.ts';
import { RolecallError } from '../common/errors.ts';
import { redacted } from '../common/redaction.ts';
import type { StartedServer } from '../topology/topology.ts';

/** Errors that are not the project's fault, and whose cause is in the server's log. */
const faults = new Set<string>(['connection-lost', 'connection-failed', 'server-silent']);

/** Runs `work` on a server. If the server goes away or its disk is full, the error says so, with the last lines of its log. */
export async function withLastWords<T>(server: StartedServer, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    signal.throwIfAborted();
    throw await explained(error, server);
  }
}

async function explained(error: unknown, server: StartedServer): Promise<unknown> {
  const told = error instanceof RolecallError && faults.has(error.code) ? await toldByLog(error, server) : error;
  const where = `the server keeps its data in ${server.data ?? 'a place of its own'}`;
  return (
    diskFull(
      told,
      where,
      'Free some space there, or, on the topology embedded, name a folder with more in ROLECALL_TEMP_DIR.',
    ) ?? told
  );
}

/** If a server ends, for example because it cannot write its write-ahead log, only the log says why. */
async function toldByLog(error: RolecallError, server: StartedServer): Promise<RolecallError> {
  const log = await server.log().catch(() => '');
  const words = redacted(log, [server.superuser.password]).trim().split('\n').slice(-8).join('\n');
  const next = error.next === undefined ? {} : { next: error.next };
  return words === ''
    ? error
    : new RolecallError(error.code, { message: `${error.message}\nits last words:\n${words}`, cause: error, ...next });
}

import { redacted, withoutPasswords } from '../common/redaction.ts';
import { withSession } from '../postgres/session.ts';
import type { StartedServer } from '../topology/topology.ts';

/** What a server said of itself, without secrets. */
export interface ServerAccount {
  log: string;
  /** The server's own words: `select version()`. */
  version: string;
  /** More texts from its topology, by file name. */
  artefacts: ReadonlyMap<string, string>;
}

/** Asks a running server. Its own password, `passwords` and those in statements are left out. */
export async function accountOf(
  server: StartedServer,
  passwords: readonly string[],
  signal: AbortSignal,
): Promise<ServerAccount> {
  const secrets = [...passwords, server.superuser.password];
  const harmless = (text: string) => withoutPasswords(redacted(text, secrets));
  const version = await withSession(server.superuser, { signal }, async (session) => {
    const [row] = await session.query<{ version: string }>('select pg_catalog.version() as version');
    return `${row!.version}\n`;
  });
  const artefacts = (await server.artefacts?.()) ?? new Map<string, string>();
  return {
    version,
    log: withoutMiddle(withoutRepeats(harmless(await server.log()))),
    artefacts: new Map([...artefacts].map(([name, text]) => [name, harmless(text)])),
  };
}

/**
 * A log in which a line that is repeated several times in a row occurs once, with the number: one denial is tried in each
 * context.
 */
export function withoutRepeats(log: string): string {
  return log.replace(/^(.+)\n(?:\1\n)+/gm, (all: string, line: string) => {
    const times = all.length / (line.length + 1);
    return times === 2 ? all : `${line}\n… ${times} times\n`;
  });
}

/** How many characters of a log's beginning and end a pack keeps: each denial of a large schema is a line there. */
const kept = 64_000;

/** A long log without its middle lines, and with their number. */
export function withoutMiddle(log: string): string {
  if (log.length <= 2 * kept) {
    return log;
  }
  const [first, last] = [log.lastIndexOf('\n', kept) + 1, log.indexOf('\n', log.length - kept) + 1];
  const left = log.slice(first, last).split('\n').length - 1;
  return `${log.slice(0, first)}… ${left} lines left out …\n${log.slice(last)}`;
}

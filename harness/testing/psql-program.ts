import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import net from 'node:net';

import type { Target } from '../postgres/target.ts';

const places = ['/usr/lib/postgresql/15/bin/psql', '/usr/bin/psql', '/usr/local/bin/psql'];

/** This machine's psql; undefined if there is none, which is an error with ROLECALL_REQUIRE_PSQL=1. */
export function findPsql(): string | undefined {
  const found = places.find((place) => existsSync(place));
  if (found === undefined && process.env['ROLECALL_REQUIRE_PSQL'] === '1') {
    throw new Error('ROLECALL_REQUIRE_PSQL=1, and there is no psql');
  }
  return found;
}

/** The version of a psql: `15.14`. */
export function psqlVersion(psql: string): string {
  return /(\d+(?:\.\d+)?)/.exec(execFileSync(psql, ['--version'], { encoding: 'utf8' }))![1]!;
}

export interface Wiretap {
  /** The server, reached through the wiretap. */
  target: Target;
  /** What was sent to the server as simple queries, in order. */
  queries: string[];
  close(): Promise<void>;
}

/** Sits between a client and a server, and records each SQL message of the client. */
export async function wiretap(server: Target): Promise<Wiretap> {
  const queries: string[] = [];
  const sockets = new Set<net.Socket>();
  const listener = net.createServer((client) => {
    const upstream = net.connect(server.port, server.host);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    upstream.pipe(client);
    let kept = Buffer.alloc(0);
    let isStarted = false;
    client.on('data', (chunk) => {
      upstream.write(chunk);
      kept = Buffer.concat([kept, chunk]);
      for (;;) {
        const header = isStarted ? 1 : 0;
        if (kept.length < header + 4) {
          return;
        }
        const length = kept.readInt32BE(header);
        if (kept.length < header + length) {
          return;
        }
        if (isStarted && kept.toString('latin1', 0, 1) === 'Q') {
          queries.push(kept.toString('utf8', 5, length));
        }
        // A request for encryption is answered, and the real start message follows.
        isStarted ||= kept.readInt32BE(4) !== 80_877_103 && kept.readInt32BE(4) !== 80_877_104;
        kept = kept.subarray(header + length);
      }
    });
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const { port } = listener.address() as net.AddressInfo;
  return {
    target: { ...server, host: '127.0.0.1', port },
    queries,
    close: () =>
      new Promise<void>((resolve) => {
        for (const socket of sockets) {
          socket.destroy();
        }
        listener.close(() => resolve());
      }),
  };
}

import type { Socket } from 'node:net';

import type { Client } from 'pg';

type Listener = (chunk: Buffer) => void;

/**
 * Has what the driver cannot read while it logs in, as an authentication it does not know, end the connection and not the
 * process. Returns the function that ends the guard: later on, only an internal error can throw there.
 */
export function guardHandshake(client: Client): () => void {
  // The driver's types leave this out: it reads from the socket here, or from the TLS one that takes its place.
  const { connection } = client as unknown as { connection: { attachListeners(stream: Socket): void } };
  const attach = connection.attachListeners.bind(connection);
  let isOver = false;
  connection.attachListeners = (stream) => {
    attach(stream);
    const parse = stream.listeners('data').at(-1) as Listener;
    stream.off('data', parse).on('data', (chunk: Buffer) => {
      try {
        parse(chunk);
      } catch (error) {
        if (isOver) {
          throw error;
        }
        stream.destroy(error as Error);
      }
    });
  };
  return () => {
    isOver = true;
  };
}

import type { Socket } from 'node:net';

import type { Client } from 'pg';

type Listener = (chunk: Buffer) => void;

/**
 * Makes what the driver cannot read during login, such as an unknown authentication, end the connection instead of the process.
 * Returns the function that ends the guard: later only an internal error can throw there.
 */
export function guardHandshake(client: Client): () => void {
  // The driver's types leave this out: here it reads from the socket, or from the TLS socket that replaces it.
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

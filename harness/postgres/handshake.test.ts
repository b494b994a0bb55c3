import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';

import { expect, it, onTestFinished } from 'vitest';

import { connect } from './session.ts';
import type { Target } from './target.ts';

/** A message of the protocol: its type, its length, its body. */
function message(type: string, ...body: number[]): Buffer {
  const head = Buffer.alloc(5);
  head.write(type);
  head.writeUInt32BE(4 + body.length, 1);
  return Buffer.concat([head, Buffer.from(body)]);
}
const authenticationOk = message('R', 0, 0, 0, 0);
const authenticationGss = message('R', 0, 0, 0, 7);
const readyForQuery = message('Z', 'I'.charCodeAt(0));

/** A server that answers the start of every connection with these messages and is then silent. */
async function answering(...messages: Buffer[]): Promise<Target> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('data', () => socket.write(Buffer.concat(messages)));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    sockets.forEach((socket) => socket.destroy());
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { host: '127.0.0.1', port, user: 'u', password: 'p', database: 'd', ssl: false };
}

it('a server that asks for an authentication the driver does not know is refused in a message', async () => {
  await expect(connect(await answering(authenticationGss))).rejects.toMatchObject({
    code: 'connection-failed',
    message: expect.stringMatching(/^cannot log in as u@127\.0\.0\.1:\d+\/d: Unknown authenticationOk message type 7/),
  });
});

it('a server that lets everybody in and answers nobody is given up', async () => {
  const session = await connect({ ...(await answering(authenticationOk, readyForQuery)), answerTimeoutMs: 100 });
  await expect(session.query('select 1')).rejects.toMatchObject({
    code: 'server-silent',
    message: expect.stringContaining('nothing came for 0.1 s, and a new connection to it is not answered'),
  });
  await session.close();
});

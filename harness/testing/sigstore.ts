import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

import { fulcioHandler, initializeCA, initializeCTLog, initializeTLog, rekorHandler } from '@sigstore/mock';
import { generateKeyPair } from '@sigstore/mock/dist/util/key.js';

// The name in the log's checkpoints that identifies its key.
const rekor = 'https://rekor.sigstore.dev';

/** A Sigstore on this machine, made of its library's mocks, with a trust root; and an issuer like GitHub's. */
export async function standInSigstore(token: string) {
  const keys = generateKeyPair('prime256v1');
  const ctlog = await initializeCTLog(keys);
  const ca = await initializeCA(keys, ctlog);
  const tlog = await initializeTLog(rekor, keys);
  const handlers = [fulcioHandler(ca, { strict: true }), rekorHandler(tlog, { strict: true })];
  const asked: { url: string; authorization: string | undefined }[] = [];
  const server = createServer((request, response) => {
    void (async () => {
      const body = await text(request);
      if (request.url!.startsWith('/token')) {
        asked.push({ url: request.url!, authorization: request.headers.authorization });
        response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ value: token }));
        return;
      }
      const handler = handlers.find(({ path }) => path === request.url);
      const answer = await handler?.fn(request.url!.startsWith('/api/v1/log') ? asLogged(body) : body);
      response
        .writeHead(answer?.statusCode ?? 404, { 'content-type': answer?.contentType ?? 'text/plain' })
        .end(answer?.response);
    })();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const since = { start: '2020-01-01T00:00:00.000Z' };
  const base64 = (bytes: Buffer) => bytes.toString('base64');
  const log = (baseUrl: string, keyId: Buffer, publicKey: Buffer) => ({
    baseUrl,
    hashAlgorithm: 'SHA2_256',
    publicKey: { rawBytes: base64(publicKey), keyDetails: 'PKIX_ECDSA_P256_SHA_256', validFor: since },
    logId: { keyId: base64(keyId) },
  });
  const root = ca.rootCertificate;
  const logId = ctlog.logID;
  const trustRoot = JSON.stringify({
    mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
    tlogs: [log(rekor, createHash('sha256').update(tlog.publicKey).digest(), tlog.publicKey)],
    certificateAuthorities: [
      {
        subject: { organization: 'sigstore.mock', commonName: 'sigstore' },
        uri: url,
        certChain: {
          certificates: [{ rawBytes: base64(Buffer.from(root.buffer, root.byteOffset, root.byteLength)) }],
        },
        validFor: since,
      },
    ],
    ctlogs: [log(url, Buffer.from(logId as Uint8Array), ctlog.publicKey)],
    timestampAuthorities: [],
  });
  return {
    url,
    trustRoot,
    /** The requests to the issuer. */
    asked,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** A token as an issuer makes it. The mock does not check its signature. */
export function unsignedToken(claims: object): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'none' })}.${part(claims)}.${Buffer.from('none').toString('base64url')}`;
}

interface Proposed {
  apiVersion: string;
  kind: string;
  spec: { proposedContent: { envelope: string; verifiers: [string] } };
}

/** A proposed entry as Rekor logs it, which the mock leaves to its caller. */
function asLogged(body: string): string {
  const { spec, ...entry } = JSON.parse(body) as Proposed;
  const { envelope, verifiers } = spec.proposedContent;
  const { payload, signatures } = JSON.parse(envelope) as { payload: string; signatures: [{ sig: string }] };
  const hash = (of: Buffer | string) => ({
    algorithm: 'sha256',
    value: createHash('sha256').update(of).digest('hex'),
  });
  return JSON.stringify({
    ...entry,
    spec: {
      envelopeHash: hash(envelope),
      payloadHash: hash(Buffer.from(payload, 'base64')),
      signatures: [{ signature: signatures[0].sig, verifier: verifiers[0] }],
    },
  });
}

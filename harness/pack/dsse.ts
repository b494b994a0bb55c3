import { createHash, createPublicKey, sign, verify, type KeyObject } from 'node:crypto';

import { z } from 'zod';

/** A signed payload and its signatures: https://github.com/secure-systems-lab/dsse, version 1. */
export const envelopeSchema = z.strictObject({
  payloadType: z.string(),
  /** Base64. */
  payload: z.base64(),
  signatures: z.array(z.strictObject({ keyid: z.string(), sig: z.base64() })).min(1),
});
export type Envelope = z.infer<typeof envelopeSchema>;

/** Signs a text with an ed25519 private key. */
export function signed(payloadType: string, payload: string, key: KeyObject): Envelope {
  const body = Buffer.from(payload);
  const sig = sign(null, preAuthentication(payloadType, body), key);
  return {
    payloadType,
    payload: body.toString('base64'),
    signatures: [{ keyid: keyId(key), sig: sig.toString('base64') }],
  };
}

/** The signed text, if a signature in the envelope is by `key`; undefined if none is. */
export function openedBy({ payloadType, payload, signatures }: Envelope, key: KeyObject): string | undefined {
  const body = Buffer.from(payload, 'base64');
  const text = preAuthentication(payloadType, body);
  // The keyid is only a hint and is not signed. Only the signature counts.
  const isGenuine = signatures.some(({ sig }) => verify(null, text, publicOf(key), Buffer.from(sig, 'base64')));
  return isGenuine ? body.toString('utf8') : undefined;
}

/** The name of a key: sha256 in hex of its public half, as DER. */
export function keyId(key: KeyObject): string {
  return createHash('sha256')
    .update(publicOf(key).export({ type: 'spki', format: 'der' }))
    .digest('hex');
}

function publicOf(key: KeyObject): KeyObject {
  return key.type === 'private' ? createPublicKey(key) : key;
}

/** PAE of the DSSE protocol: type and text with their lengths in bytes, so that neither can be taken for a part of the other. */
function preAuthentication(payloadType: string, body: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`DSSEv1 ${Buffer.byteLength(payloadType)} ${payloadType} ${body.length} `), body]);
}

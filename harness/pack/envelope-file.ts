import type { KeyObject } from 'node:crypto';
import path from 'node:path';

import { messageOf } from '../common/errors.ts';
import { notThere, plainFileFault, readPlainFile } from '../common/plain-file.ts';
import { envelopeSchema, keyId, openedBy, type Envelope } from './dsse.ts';
import { payloadType } from './statement.ts';

const largest = 50_000_000;

/** A signed envelope from its file, or its fault in a few words; undefined if there is none. */
export async function readEnvelope(file: string): Promise<Envelope | string | undefined> {
  if ((await plainFileFault(file, { links: 'refused' })) === notThere) {
    return undefined;
  }
  const name = path.basename(file);
  let data: unknown;
  try {
    data = JSON.parse(String(await readPlainFile(file, { limit: largest, links: 'refused' })));
  } catch (error) {
    return `${name} ${error instanceof SyntaxError ? 'is not JSON' : messageOf(error)}`;
  }
  const envelope = envelopeSchema.safeParse(data);
  return envelope.success
    ? envelope.data
    : `${name} is not a signed envelope: ${envelope.error.issues[0]!.path.join('.')}`;
}

/** The statement in an envelope, if it is signed by `key`; otherwise the reason in a few words. */
export function statedBy(envelope: Envelope, key: KeyObject, about: string): { text: string } | string {
  const text = openedBy(envelope, key);
  return text === undefined
    ? `the signature of ${about} is not of the key ${keyId(key)}, or what it signs was changed`
    : envelope.payloadType === payloadType
      ? { text }
      : `the signature of ${about} is about ${envelope.payloadType}`;
}

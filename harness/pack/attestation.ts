import type { KeyObject } from 'node:crypto';
import path from 'node:path';

import { messageOf } from '../common/errors.ts';
import { plainFileFault, notThere, readPlainFile } from '../common/plain-file.ts';
import { envelopeSchema, keyId, openedBy, signed } from './dsse.ts';
import type { Evidence } from './evidence.ts';
import { attestationName } from './manifest.ts';
import { parseStatement, payloadType, statementFaults, statementOf } from './statement.ts';

const largest = 50_000_000;

/** The text of the file in which `key` signs what is stated of a pack with this manifest (its sha256). */
export function attestationText(evidence: Evidence, manifest: string, key: KeyObject): string {
  const statement = JSON.stringify(statementOf(evidence, manifest));
  return `${JSON.stringify(signed(payloadType, statement, key), null, 2)}\n`;
}

/** Whether a pack is signed, by which key as it says itself, and what speaks against that, one line each. */
export interface SignatureCheck {
  state: 'unsigned' | 'unchecked' | 'good' | 'bad';
  keyIds: string[];
  faults: string[];
}

/** Holds the signature of a pack against a key, and what is stated against the pack; without a key, no more than its presence is told. */
export async function checkSignature(
  folder: string,
  evidence: Evidence,
  manifest: string,
  key: KeyObject | undefined,
): Promise<SignatureCheck> {
  const file = path.join(folder, attestationName);
  if ((await plainFileFault(file, { links: 'refused' })) === notThere) {
    const faults = key === undefined ? [] : [`the pack is unsigned: there is no ${attestationName}`];
    return { state: key === undefined ? 'unsigned' : 'bad', keyIds: [], faults };
  }
  const bad = (fault: string, keyIds: string[] = []): SignatureCheck => ({ state: 'bad', keyIds, faults: [fault] });
  let data: unknown;
  try {
    data = JSON.parse(String(await readPlainFile(file, { limit: largest, links: 'refused' })));
  } catch (error) {
    return bad(`${attestationName} ${error instanceof SyntaxError ? 'is not JSON' : messageOf(error)}`);
  }
  const envelope = envelopeSchema.safeParse(data);
  if (!envelope.success) {
    return bad(`${attestationName} is no signed envelope: ${envelope.error.issues[0]!.path.join('.')}`);
  }
  const keyIds = envelope.data.signatures.map(({ keyid }) => keyid);
  if (key === undefined) {
    return { state: 'unchecked', keyIds, faults: [] };
  }
  const text = openedBy(envelope.data, key);
  if (text === undefined) {
    return bad(`the signature is not of the key ${keyId(key)}, or what it signs was changed`, keyIds);
  }
  if (envelope.data.payloadType !== payloadType) {
    return bad(`the signature is about ${envelope.data.payloadType}, not about a pack`, keyIds);
  }
  try {
    const faults = statementFaults(parseStatement(text), evidence, manifest);
    return { state: faults.length === 0 ? 'good' : 'bad', keyIds, faults };
  } catch (error) {
    return bad(`${attestationName} ${messageOf(error)}`, keyIds);
  }
}

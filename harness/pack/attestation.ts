import type { KeyObject } from 'node:crypto';
import path from 'node:path';

import { messageOf } from '../common/errors.ts';
import { signed } from './dsse.ts';
import { readEnvelope, statedBy } from './envelope-file.ts';
import type { Evidence } from './evidence.ts';
import { attestationName } from './manifest.ts';
import { parseStatement, payloadType, statementFaults, statementOf } from './statement.ts';

/** The text of the file in which `key` signs the statement about a pack with this manifest (its sha256). */
export function attestationText(evidence: Evidence, manifest: string, key: KeyObject): string {
  const statement = JSON.stringify(statementOf(evidence, manifest));
  return `${JSON.stringify(signed(payloadType, statement, key), null, 2)}\n`;
}

/** Whether a pack is signed, by which key according to the file, and what is wrong with that, one line each. */
export interface SignatureCheck {
  state: 'unsigned' | 'unchecked' | 'good' | 'bad';
  keyIds: string[];
  faults: string[];
}

/**
 * Checks the signature of a pack with a key, and its statement with the pack. Without a key it only reports whether there is a
 * signature.
 */
export async function checkSignature(
  folder: string,
  evidence: Evidence,
  manifest: string,
  key: KeyObject | undefined,
): Promise<SignatureCheck> {
  const envelope = await readEnvelope(path.join(folder, attestationName));
  if (envelope === undefined) {
    const faults = key === undefined ? [] : [`the pack is unsigned: there is no ${attestationName}`];
    return { state: key === undefined ? 'unsigned' : 'bad', keyIds: [], faults };
  }
  if (typeof envelope === 'string') {
    return { state: 'bad', keyIds: [], faults: [envelope] };
  }
  const keyIds = envelope.signatures.map(({ keyid }) => keyid);
  if (key === undefined) {
    return { state: 'unchecked', keyIds, faults: [] };
  }
  const stated = statedBy(envelope, key, 'the pack');
  if (typeof stated === 'string') {
    return { state: 'bad', keyIds, faults: [stated] };
  }
  try {
    const faults = statementFaults(parseStatement(stated.text), evidence, manifest);
    return { state: faults.length === 0 ? 'good' : 'bad', keyIds, faults };
  } catch (error) {
    return { state: 'bad', keyIds, faults: [`${attestationName} ${messageOf(error)}`] };
  }
}

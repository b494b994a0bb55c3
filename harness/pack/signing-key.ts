import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';

import { messageOf, RolecallError } from '../common/errors.ts';
import { readPlainFile } from '../common/plain-file.ts';

const largestKey = 100_000;
const howToMake =
  'Make a pair: openssl genpkey -algorithm ed25519 -out rolecall.key; openssl pkey -in rolecall.key -pubout -out rolecall.pub';

/** The ed25519 private key in a PEM file, or in a PEM text. Refuses with `bad-argument` without repeating any of it. */
export async function readSigningKey(fileOrText: string, what: string): Promise<KeyObject> {
  return read(fileOrText, what, 'private');
}

/** The ed25519 public key in a PEM file. A private key is accepted for its public half, and `warn` is called. */
export async function readVerifyingKey(file: string, what: string, warn: (text: string) => void): Promise<KeyObject> {
  const key = await read(file, what, 'public');
  const isPrivate = await read(file, what, 'private').then(
    () => true,
    () => false,
  );
  if (isPrivate) {
    warn(`warning: ${what} is a private key: its public half is enough, and who verifies should not have the other\n`);
  }
  return key;
}

async function read(fileOrText: string, what: string, type: 'private' | 'public'): Promise<KeyObject> {
  const refused = (why: string, cause?: unknown) =>
    new RolecallError('bad-argument', { message: `${what} ${why}`, cause, next: `${howToMake}.` });
  let text: string;
  try {
    text = fileOrText.includes('-----BEGIN')
      ? fileOrText
      : String(await readPlainFile(fileOrText, { limit: largestKey }));
  } catch (error) {
    throw refused(`cannot be read: the file ${messageOf(error)}`, error);
  }
  let key: KeyObject;
  try {
    key = type === 'private' ? createPrivateKey(text) : createPublicKey(text);
  } catch {
    throw refused(`is no ${type} key in PEM without a passphrase`);
  }
  if (key.asymmetricKeyType !== 'ed25519') {
    throw refused(`is a key of the kind ${key.asymmetricKeyType ?? 'unknown'}, not ed25519`);
  }
  return key;
}

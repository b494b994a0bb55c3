import type { KeyObject } from 'node:crypto';

import { Option } from '@commander-js/extra-typings';

import { readSigningKey } from '../pack/signing-key.ts';
import type { Context } from './context.ts';

/** `--key` of a command that signs, with what it signs. */
export const keyOption = (what: string) =>
  new Option(
    '--key <file>',
    `private ed25519 key (PEM) that signs ${what} (default: ROLECALL_SIGNING_KEY, a file or the key itself)`,
  );

/** `--keyless` of a command that signs a pack. */
export const keylessOption = () =>
  new Option(
    '--keyless',
    'sign the pack by Sigstore as the job that this is (GitHub: `id-token: write`; or SIGSTORE_ID_TOKEN)',
  );

/** The key for signing, if there is one. A fault in it is reported before anything is built. */
export async function signingKey(file: string | undefined, { env }: Context): Promise<KeyObject | undefined> {
  const fromEnv = env['ROLECALL_SIGNING_KEY'];
  return file !== undefined
    ? readSigningKey(file, `--key ${file}`)
    : fromEnv === undefined || fromEnv === ''
      ? undefined
      : readSigningKey(fromEnv, 'ROLECALL_SIGNING_KEY');
}

import type { KeyObject } from 'node:crypto';

import { now, stopwatch } from '../common/clock.ts';
import { RolecallError } from '../common/errors.ts';
import type { Evidence } from '../pack/evidence.ts';
import { keylessBundle } from '../pack/keyless.ts';
import { prepareOut, writePack } from '../pack/write-pack.ts';
import type { LookedAt } from '../pipeline/live-evidence.ts';
import { packFiles, type RawMaterial } from '../render/pack-files.ts';
import type { Context } from './context.ts';
import { gitState } from './git.ts';
import { identityTokens, sigstoreOf } from './identity-token.ts';
import { signingKey } from './signing.ts';

/** Where a pack of a live database goes, and who signs it. */
export interface PackOptions {
  contract: string;
  /** Folder of the packs and the index; undefined where none is written. */
  out: string | undefined;
  key?: string | undefined;
  keyless?: true | undefined;
}

/** What makes the contents of a pack, told when and by what one looked. */
export type Contents = (when: LookedAt) => { evidence: Evidence; facts: RawMaterial['facts'] };

/**
 * Makes ready for a pack before anything is looked at, and gives what writes it; that returns its folder. Undefined where no
 * pack is asked for; refuses with `bad-argument` to sign one that is not written.
 */
export async function packWriter(
  { contract, out, key: keyFile, keyless }: PackOptions,
  context: Context,
): Promise<((contents: Contents) => Promise<string>) | undefined> {
  if (out === undefined) {
    if (keyFile !== undefined || keyless === true) {
      throw new RolecallError('bad-argument', {
        message: '--key and --keyless sign a pack, and none is written',
        next: 'Give --out DIR as well.',
      });
    }
    return undefined;
  }
  const startedAt = now();
  const elapsed = stopwatch();
  const key: KeyObject | undefined = await signingKey(keyFile, context);
  const identityToken = keyless === true ? identityTokens(context) : undefined;
  await prepareOut(out);
  const git = await gitState(contract, out, context);
  const { toolVersion, signal, env } = context;
  return async (contents) => {
    const { evidence, facts } = contents({ toolVersion, git, startedAt, durationMs: elapsed() });
    const files = packFiles(evidence, { facts, servers: {} });
    signal.throwIfAborted();
    const seal =
      identityToken === undefined
        ? undefined
        : async (manifest: string) => keylessBundle(evidence, manifest, await identityToken(), sigstoreOf(env));
    return writePack(out, evidence, files, key, seal);
  };
}

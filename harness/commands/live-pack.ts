import type { KeyObject } from 'node:crypto';

import { now, stopwatch } from '../common/clock.ts';
import { keylessBundle } from '../pack/keyless.ts';
import { prepareOut, writePack } from '../pack/write-pack.ts';
import { liveEvidence } from '../pipeline/live-evidence.ts';
import { packFiles } from '../render/pack-files.ts';
import type { Context } from './context.ts';
import { gitState } from './git.ts';
import { identityTokens, sigstoreOf } from './identity-token.ts';
import type { Live } from './judge-database.ts';
import { signingKey } from './signing.ts';

/** Where a pack of a live database goes, and who signs it. */
export interface PackOptions {
  contract: string;
  /** Folder of the packs and the index. */
  out: string;
  key?: string | undefined;
  keyless?: true | undefined;
}

/** Makes ready for a pack before anything is looked at, and gives what writes it; that returns its folder. */
export async function livePack(
  { contract, out, key: keyFile, keyless }: PackOptions,
  context: Context,
): Promise<(live: Live) => Promise<string>> {
  const startedAt = now();
  const elapsed = stopwatch();
  const key: KeyObject | undefined = await signingKey(keyFile, context);
  const identityToken = keyless === true ? identityTokens(context) : undefined;
  await prepareOut(out);
  const git = await gitState(contract, out, context);
  const { toolVersion, signal, env } = context;
  return async (live) => {
    const { evidence, facts } = liveEvidence({ ...live, toolVersion, git, startedAt, durationMs: elapsed() });
    const files = packFiles(evidence, { facts, servers: {} });
    signal.throwIfAborted();
    const seal =
      identityToken === undefined
        ? undefined
        : async (manifest: string) => keylessBundle(evidence, manifest, await identityToken(), sigstoreOf(env));
    return writePack(out, evidence, files, key, seal);
  };
}

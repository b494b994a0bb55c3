import type { KeyObject } from 'node:crypto';
import path from 'node:path';

import { readPlainFile } from '../common/plain-file.ts';
import { verdictFaults } from '../findings/verdict-faults.ts';
import { checkSignature, type SignatureCheck } from '../pack/attestation.ts';
import type { Evidence } from '../pack/evidence.ts';
import { readManifest, verifyFiles } from '../pack/manifest.ts';
import { readEvidence } from '../pack/read-pack.ts';
import { renderings } from '../render/pack-files.ts';
import type { Context } from './context.ts';

/** A pack checked against itself and a key, with its faults, one line each. */
export interface LookedAt {
  id: string;
  /** The digest of the manifest. */
  digest: string;
  files: number;
  read: Evidence | Error;
  /** Files that are not as the manifest says. */
  changed: string[];
  /** What does not follow from the evidence. */
  unfounded: string[];
  /** Undefined if the evidence cannot be read. */
  signature: SignatureCheck | undefined;
}

/**
 * Recomputes the digests of a pack, its renderings and its verdict, and checks its signature with a key. Refuses with `bad-pack`
 * a folder without a manifest.
 */
export async function lookAtPack(pack: string, key: KeyObject | undefined, context: Context): Promise<LookedAt> {
  const { manifest, digest } = await readManifest(pack);
  const changed = await verifyFiles(pack, manifest);
  const read = await readEvidence(pack).catch((error: unknown) => error as Error);
  return {
    id: manifest.id,
    digest,
    files: manifest.files.length,
    read,
    changed,
    unfounded: read instanceof Error ? [read.message] : await evidenceFaults(pack, read, context),
    signature: read instanceof Error ? undefined : await checkSignature(pack, read, digest, key),
  };
}

/** What does not follow from the evidence of a pack: the verdict, and the renderings if this version made them. */
async function evidenceFaults(pack: string, evidence: Evidence, { toolVersion }: Context): Promise<string[]> {
  const faults = verdictFaults(evidence);
  if (evidence.run.tool_version !== toolVersion) {
    // Another version may render differently. The manifest shows that nobody changed its files.
    return faults;
  }
  for (const [name, content] of renderings(evidence)) {
    const found = await readPlainFile(path.join(pack, name), { links: 'refused' }).catch(() => undefined);
    if (found !== undefined && String(found) !== content) {
      faults.push(`${name} is not what the evidence renders to`);
    }
  }
  return faults;
}

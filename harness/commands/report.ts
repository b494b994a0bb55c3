import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { exitCode } from '../common/errors.ts';
import { readEvidence } from '../pack/read-pack.ts';
import { renderings } from '../render/pack-files.ts';
import type { Context } from './context.ts';

export interface ReportOptions {
  out: string;
}

/** Renders a stored pack again, into a folder of its own: a pack is never changed. */
export async function report(pack: string, { out }: ReportOptions, { answer }: Context): Promise<number> {
  const evidence = await readEvidence(pack);
  await mkdir(out, { recursive: true });
  for (const [name, content] of renderings(evidence).filter(([file]) => file !== 'evidence.json')) {
    await writeFile(path.join(out, name), content);
    answer(`${path.join(out, name)}\n`);
  }
  return exitCode.holds;
}

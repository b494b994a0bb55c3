import { chmod, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { sha256 } from '../common/digest.ts';
import type { Evidence } from './evidence.ts';
import { enter, ledgerRow, parseLedger, renderLedger } from './index-ledger.ts';
import { manifestName, manifestOf } from './manifest.ts';

/** Writes a pack at `<out>/runs/<id>` (all of it or nothing), enters it in `<out>/INDEX.md`, and returns its folder. */
export async function writePack(out: string, evidence: Evidence, files: ReadonlyMap<string, string>): Promise<string> {
  const { id } = evidence.run;
  const runs = path.join(out, 'runs');
  const index = path.join(out, 'INDEX.md');
  const rows = parseLedger(await readFile(index, 'utf8').catch(() => ''));
  await mkdir(runs, { recursive: true });
  const manifest = `${JSON.stringify(manifestOf(id, files), null, 2)}\n`;
  const draft = await mkdtemp(path.join(runs, `.${id}.`));
  const folder = path.join(runs, id);
  try {
    for (const [name, content] of [...files, [manifestName, manifest] as const]) {
      const file = path.join(draft, name);
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, content);
    }
    // A temporary folder is closed to others, and a pack is there to be read.
    await chmod(draft, 0o755);
    await rm(folder, { recursive: true, force: true });
    await rename(draft, folder);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    throw error;
  }
  await replaceFile(index, renderLedger(enter(rows, ledgerRow(evidence, sha256(manifest)))));
  return folder;
}

async function replaceFile(file: string, content: string): Promise<void> {
  const draft = `${file}.${process.pid}`;
  await writeFile(draft, content);
  await rename(draft, file);
}

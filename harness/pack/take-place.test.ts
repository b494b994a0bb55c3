import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { runChild } from '../process/child.ts';
import { evidence } from '../render/evidence.fixture.ts';
import { indexFaults, readIndex } from './ledger/index-files.ts';
import { rowsOf } from './ledger/rows.ts';
import { readManifest, verifyFiles } from './manifest.ts';
import { writePack } from './write-pack.ts';

let out: string;
beforeEach(async () => {
  out = await mkdtemp(path.join(tmpdir(), 'rolecall-pack-'));
});
afterEach(() => rm(out, { recursive: true }));

const { id } = evidence.run;
const files = new Map([['evidence.json', '{}\n']]);

describe('a writer that is killed', () => {
  /** Writes a pack in another process that is killed before rename or removal number `at`. Returns whether it was. */
  async function killedAt(at: number, name: string, more: string): Promise<boolean> {
    const script = `
      const { syncBuiltinESMExports } = await import('node:module');
      let left = ${at};
      for (const fs of [await import('node:fs'), await import('node:fs/promises')]) {
        for (const one of ['rename', 'renameSync', 'rm', 'rmSync']) {
          const real = fs.default[one];
          if (real === undefined) continue;
          fs.default[one] = (...args) => {
            if (/INDEX|index|runs/.test(String(args[0])) && !/[.]lock/.test(String(args[0])) && left-- === 0) process.kill(process.pid, 'SIGKILL');
            return real(...args);
          };
        }
      }
      syncBuiltinESMExports();
      const { writePack } = await import(${JSON.stringify(import.meta.resolve('./write-pack.ts'))});
      const { evidence } = await import(${JSON.stringify(import.meta.resolve('../render/evidence.fixture.ts'))});
      const [out, id, more] = process.argv.slice(1);
      await writePack(out, { ...evidence, run: { ...evidence.run, id } }, new Map([['evidence.json', more]]));`;
    return runChild(
      process.execPath,
      ['--import', import.meta.resolve('tsx'), '--input-type=module', '--eval', script, out, name, more],
      { cwd: out },
    ).then(
      () => false,
      () => true,
    );
  }

  it.each([0, 1, 2, 3, 4, 5, 6, 7])(
    'at step %i leaves the old pack or the new one, with its row, once the next one writes',
    async (at) => {
      await writePack(out, evidence, new Map([['evidence.json', 'old']]));
      const killed = [await killedAt(at, id, 'new'), await killedAt(at, 'fresh', 'new')];
      await writePack(out, { ...evidence, run: { ...evidence.run, id: 'next' } }, files);
      const index = await readIndex(out);
      expect(indexFaults(index, undefined)).toEqual([]);
      const rows = rowsOf(index.lines);
      const packs = (await readdir(path.join(out, 'runs'))).toSorted();
      expect(packs).toEqual(rows.map(({ entered }) => entered.pack).toSorted());
      expect(packs).toEqual(expect.arrayContaining([id, 'next']));
      for (const { pack, manifest_sha256: entered } of rows.map((row) => row.entered)) {
        const { manifest, digest } = await readManifest(path.join(out, 'runs', pack));
        expect([digest, await verifyFiles(path.join(out, 'runs', pack), manifest)]).toEqual([entered, []]);
      }
      expect(await readdir(out)).toEqual(['INDEX.md', 'index.jsonl', 'runs']);
      expect(killed).toContain(true);
    },
  );
});

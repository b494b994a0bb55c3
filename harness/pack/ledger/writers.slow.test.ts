import { generateKeyPairSync } from 'node:crypto';
import { access, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { runChild } from '../../process/child.ts';
import { readManifest, verifyFiles } from '../manifest.ts';
import { readSettledIndex } from '../write-index.ts';
import { indexFaults } from './index-files.ts';
import { rowsOf } from './rows.ts';
import { checkHead } from './signed-head.ts';

const { publicKey, privateKey } = generateKeyPairSync('ed25519');
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'rolecall-writers-'));
});
afterEach(() => rm(folder, { recursive: true }));

const moduleOf = (name: string) => JSON.stringify(import.meta.resolve(name));
/** Writes pack after pack, some with the name of an earlier one, and notes each one. */
const script = `
  const { appendFileSync } = await import('node:fs');
  const { createPrivateKey } = await import('node:crypto');
  const { writePack } = await import(${moduleOf('../write-pack.ts')});
  const { evidence } = await import(${moduleOf('../../render/evidence.fixture.ts')});
  const [out, notes, name, key, count] = process.argv.slice(1);
  appendFileSync(name + '.ready', '');
  for (let i = 0; i < Number(count); i++) {
    const id = i % 3 === 2 ? 'shared' : name + '-' + i;
    const content = name + ' ' + i;
    await writePack(out, { ...evidence, run: { ...evidence.run, id } }, new Map([['evidence.json', content]]), createPrivateKey(key));
    appendFileSync(notes, id + '\\n');
  }`;

/** A writer in another process, killed this many milliseconds after it began to write, wherever it is. */
async function writer(name: string, count: number, killedAfterMs?: number): Promise<void> {
  const key = String(privateKey.export({ format: 'pem', type: 'pkcs8' }));
  const args = [path.join(folder, 'reports'), path.join(folder, 'notes'), name, key, String(count)];
  let pid = 0;
  const run = runChild(
    process.execPath,
    ['--import', import.meta.resolve('tsx'), '--input-type=module', '--eval', script, ...args],
    { cwd: folder, onStarted: (started) => (pid = started) },
  );
  if (killedAfterMs === undefined) {
    await run;
    return;
  }
  run.catch(() => undefined);
  await vi.waitFor(() => access(path.join(folder, `${name}.ready`)), { timeout: 60_000, interval: 10 });
  await delay(killedAfterMs);
  process.kill(pid, 'SIGKILL');
  await run.catch(() => undefined);
}

/** Expects that the index holds, its signature is good, each existing pack is entered and complete, and each noted one exists. */
async function expectWhole(): Promise<number> {
  const out = path.join(folder, 'reports');
  const index = await readSettledIndex(out);
  expect(indexFaults(index, publicKey)).toEqual([]);
  expect(checkHead(index.lines, index.head, publicKey).covers).toBe(index.lines.length);
  const rows = rowsOf(index.lines);
  const folders = (await readdir(path.join(out, 'runs'))).filter((name) => !name.startsWith('.'));
  expect(folders.toSorted()).toEqual(rows.map(({ entered }) => entered.pack).toSorted());
  for (const { entered } of rows) {
    const { manifest, digest } = await readManifest(path.join(out, 'runs', entered.pack));
    expect([digest, await verifyFiles(path.join(out, 'runs', entered.pack), manifest)]).toEqual([
      entered.manifest_sha256,
      [],
    ]);
  }
  const noted = (await readFile(path.join(folder, 'notes'), 'utf8')).trimEnd().split('\n').filter(Boolean);
  const lines = index.lines.map(({ pack }) => pack);
  for (const id of new Set(noted)) {
    const count = (all: string[]) => all.filter((one) => one === id).length;
    expect([id, count(lines) >= count(noted)]).toEqual([id, true]);
  }
  return noted.length;
}

it('eight writers at once lose no line', async () => {
  await writeFile(path.join(folder, 'notes'), '');
  await Promise.all(Array.from({ length: 8 }, (_, n) => writer(`w${n}`, 6)));
  expect(await expectWhole()).toBe(48);
  expect((await readSettledIndex(path.join(folder, 'reports'))).lines).toHaveLength(48);
});

it('writers that are killed wherever they are leave an index that holds, with every pack that was written', async () => {
  await writeFile(path.join(folder, 'notes'), '');
  await writer('first', 1);
  let written = 0;
  for (let round = 0; round < 12; round++) {
    // At a random moment each time.
    const killed = [0, 1, 2].map((n) => writer(`r${round}-${n}`, 1000, Math.random() * 900));
    await Promise.all(killed);
    written = await expectWhole();
  }
  expect(written).toBeGreaterThan(20);
  await writer('last', 1);
  await expectWhole();
  expect((await readdir(path.join(folder, 'reports'))).toSorted()).toEqual([
    'INDEX.md',
    'index.head.json',
    'index.jsonl',
    'runs',
  ]);
});

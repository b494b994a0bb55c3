import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { readSettledIndex } from '../pack/write-index.ts';
import { testContext } from '../testing/head.ts';
import { gitEnv, recordedProject, type RecordedProject } from '../testing/recorded-project.ts';
import { showIndex } from './index-verb.ts';
import { prune } from './prune.ts';
import { verify } from './verify.ts';

let project: RecordedProject;
let out: string;
const record: RecordedProject['record'] = (...args) => project.record(...args);
beforeEach(async () => {
  project = await recordedProject();
  out = project.out;
});
afterEach(() => project[Symbol.asyncDispose]());

async function checked(): Promise<{ code: number; faults: string[] }> {
  const { context, answered } = testContext(gitEnv);
  const code = await showIndex({ check: true, contract: project.contract, out, format: 'json' }, context);
  return { code, ...(JSON.parse(answered()) as { faults: string[] }) };
}
async function pruned(rule: { keep?: number; olderThan?: number; before?: string; dryRun?: true }): Promise<{
  code: number;
  removed: { pack: string }[];
  left: { pack: string; why: string }[];
}> {
  const { context, answered } = testContext(gitEnv);
  const code = await prune({ out, format: 'json', ...rule }, context);
  return {
    code,
    ...(JSON.parse(answered()) as { removed: { pack: string }[]; left: { pack: string; why: string }[] }),
  };
}
const packs = async () => (await readdir(path.join(out, 'runs'))).toSorted();

describe('prune', () => {
  const on = (day: string) => ({ started_at: `2026-01-${day}T12:00:00.000Z` });
  beforeEach(async () => {
    await record('a', on('01'));
    await record('b', { ...on('02'), topology: 'compose' });
    await record('c', on('03'));
    await record('d', on('04'));
  });

  it('keeps the newest of each contract and topology, and their lines and digests; the index holds', async () => {
    const kept = await mkdtemp(path.join(tmpdir(), 'rolecall-kept-'));
    await cp(path.join(out, 'runs', 'a'), path.join(kept, 'a'), { recursive: true });
    expect(await pruned({ keep: 1, dryRun: true })).toMatchObject({ removed: [{ pack: 'c' }, { pack: 'a' }] });
    expect(await packs()).toEqual(['a', 'b', 'c', 'd']);
    expect(await pruned({ keep: 1 })).toMatchObject({ code: 0, removed: [{ pack: 'c' }, { pack: 'a' }], left: [] });
    expect(await packs()).toEqual(['b', 'd']);
    const { lines } = await readSettledIndex(out);
    expect(lines.slice(4)).toMatchObject([
      {
        kind: 'removed',
        pack: 'c',
        entered: 3,
        rule: '--keep 1',
        was_there: true,
        manifest_sha256: (lines[2] as { manifest_sha256: string }).manifest_sha256,
      },
      { kind: 'removed', pack: 'a', entered: 1 },
    ]);
    expect(await checked()).toMatchObject({ code: 0, faults: [] });
    expect(await readFile(path.join(out, 'INDEX.md'), 'utf8')).toMatch(/\| a: removed \d{4}-\d\d-\d\d, digest kept \|/);
    // Somebody kept a copy. The remaining digest vouches for it.
    await cp(path.join(kept, 'a'), path.join(out, 'runs', 'a'), { recursive: true });
    await rm(kept, { recursive: true });
    const { context, answered } = testContext(gitEnv);
    expect(await verify(path.join(out, 'runs', 'a'), { format: 'text' }, context)).toBe(0);
    expect(answered()).toContain('Line 6 of the index says that it was removed; it is here again.');
    expect(await pruned({ keep: 1 })).toMatchObject({ removed: [{ pack: 'a' }] });
    expect([await packs(), (await readSettledIndex(out)).lines.length]).toEqual([['b', 'd'], 6]);
  });

  it('removes by age, but never the newest', async () => {
    expect(await pruned({ before: '2026-01-02' })).toMatchObject({ removed: [{ pack: 'a' }] });
    expect(await pruned({ olderThan: 1, keep: 2 })).toMatchObject({ removed: [] });
    expect(await pruned({ olderThan: 1 })).toMatchObject({ removed: [{ pack: 'c' }] });
    expect(await packs()).toEqual(['b', 'd']);
  });

  it('leaves what is not the pack that the index knows, and nothing that no line enters goes', async () => {
    await writeFile(path.join(out, 'runs', 'a', 'mine.txt'), '');
    await writeFile(path.join(out, 'runs', 'notes.txt'), '');
    expect(await pruned({ keep: 1 })).toMatchObject({
      code: 1,
      removed: [{ pack: 'c' }],
      left: [{ pack: 'a', why: 'mine.txt is a file that the manifest does not name' }],
    });
    expect(await packs()).toEqual(['a', 'b', 'd', 'notes.txt']);
  });

  it('enters as well what is gone already, and a pack that is recorded again is there again', async () => {
    await rm(path.join(out, 'runs', 'c'), { recursive: true });
    expect(await pruned({ before: '2026-01-04', keep: 1 })).toMatchObject({
      removed: [
        { pack: 'c', was_there: false },
        { pack: 'a', was_there: true },
      ],
    });
    await record('c', on('05'));
    expect((await readSettledIndex(out)).lines.at(-1)).toMatchObject({ kind: 'run', pack: 'c', supersedes: null });
    expect(await checked()).toMatchObject({ code: 0, faults: [] });
  });

  it('wants a rule', async () => {
    await expect(pruned({})).rejects.toThrow('there is no rule by which packs would go');
  });
});

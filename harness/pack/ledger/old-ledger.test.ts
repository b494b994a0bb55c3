import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { evidence } from '../../render/evidence.fixture.ts';
import { prepareOut, writePack } from '../write-pack.ts';
import { indexFaults, readIndex } from './index-files.ts';
import { chainOf, type OldRow } from './old-ledger.ts';

let out: string;
beforeEach(async () => {
  out = await mkdtemp(path.join(tmpdir(), 'rolecall-old-'));
});
afterEach(() => rm(out, { recursive: true }));

/** An INDEX.md from before index.jsonl existed, newest first. */
function oldLedger(names: string[]): string {
  const rows: OldRow[] = [];
  for (const pack of names) {
    const row = {
      date: '2026-01-02',
      contract: 'small',
      revisions: '1 → 2',
      topology: 'embedded, PostgreSQL 16.14',
      verdict: 'pass',
      commit: pack === 'a' ? '0123456789ab+' : '-',
      pack,
      manifest: 'feedfeedfeedfeed',
    };
    rows.unshift({ ...row, chain: chainOf(row, rows[0]?.chain ?? '') });
  }
  const lines = rows.map(
    (row) =>
      `| ${[row.date, row.contract, row.revisions, row.topology, row.verdict, row.commit, `[${row.pack}](runs/${row.pack}/report.md)`, row.manifest, row.chain].join(' | ')} |\n`,
  );
  return `# Forensic index\n\nWritten by \`rolecall run\`.\n\n| Date |\n| --- |\n${lines.join('')}`;
}
const index = () => path.join(out, 'INDEX.md');
const refusal = (message: string) =>
  expect.objectContaining({ code: 'bad-pack', message: expect.stringContaining(message) });

describe('an INDEX.md of before there was an index.jsonl', () => {
  it('is taken over by the next run: no row is lost', async () => {
    await writeFile(index(), oldLedger(['a', 'b', 'c']));
    expect((await readIndex(out)).lines).toHaveLength(3);
    await writePack(out, evidence, new Map([['evidence.json', '{}']]));
    const after = await readIndex(out);
    expect(indexFaults(after, undefined)).toEqual([]);
    expect(after.lines).toMatchObject([
      {
        kind: 'taken-over',
        pack: 'a',
        at: '2026-01-02',
        baseline: '1',
        head: '2',
        topology: 'embedded',
        server: '16.14',
        git_commit: '0123456789ab',
        git_dirty: true,
        manifest_sha256: 'feedfeedfeedfeed',
      },
      { pack: 'b', git_commit: null, git_dirty: false },
      { pack: 'c' },
      { kind: 'run', pack: evidence.run.id },
    ]);
    expect((await readFile(index(), 'utf8')).match(/\]\(runs\/[^)]+/g)).toHaveLength(4);
  });

  it.each<[what: string, tamper: (text: string) => string, says: string]>([
    ['a row taken out', (text) => text.replace(/.*\[b\].*\n/, ''), 'breaks at c'],
    ['the lowest row taken out', (text) => text.replace(/.*\[a\].*\n/, ''), 'breaks at b'],
    ['a verdict changed', (text) => text.replace(/pass(.*\[b\])/, 'fail$1'), 'breaks at b'],
    ['two rows exchanged', (text) => text.replace(/(.*\[c\].*\n)(.*\[b\].*\n)/, '$2$1'), 'breaks at c'],
    ['a line that is no row', (text) => `${text}| what is this |\n`, 'a line that is no row: | what is this |'],
  ])('is refused with %s, and stays as it is', async (_, tamper, says) => {
    const text = tamper(oldLedger(['a', 'b', 'c']));
    await writeFile(index(), text);
    await expect(prepareOut(out)).rejects.toThrow(refusal(says));
    await expect(writePack(out, evidence, new Map())).rejects.toThrow(refusal(says));
    expect(await readFile(index(), 'utf8')).toBe(text);
  });
});

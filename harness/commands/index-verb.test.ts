import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { indexText, parseIndex } from '../pack/ledger/line.ts';
import { renderIndex } from '../pack/ledger/markdown.ts';
import { testContext } from '../testing/head.ts';
import { gitEnv, recordedProject, type RecordedProject } from '../testing/recorded-project.ts';
import { showIndex } from './index-verb.ts';

let project: RecordedProject;
let out: string;
const record: RecordedProject['record'] = (...args) => project.record(...args);
const commit = () => project.commit();
const git: RecordedProject['git'] = (...args) => project.git(...args);

beforeEach(async () => {
  project = await recordedProject();
  out = project.out;
});
afterEach(() => project[Symbol.asyncDispose]());

interface Found {
  holds: boolean;
  faults: string[];
  remarks: string[];
}

async function checked(
  more: { key?: string; ledger?: string; out?: string; contract?: string } = {},
): Promise<Found & { code: number }> {
  const { context, answered } = testContext(gitEnv);
  const options = { check: true as const, contract: project.contract, out, format: 'json' as const, ...more };
  const code = await showIndex(options, context);
  return { code, ...(JSON.parse(answered()) as Found) };
}

describe('index --check', () => {
  it('holds where packs, commits and inputs are those of the repository', async () => {
    await record('one');
    await record('two');
    expect(await checked()).toMatchObject({ code: 0, holds: true, faults: [], remarks: [] });
  });

  it('names all that speaks against it in one answer', async () => {
    await record('pending', { git_commit: null });
    await record('dirty', { git_dirty: true });
    await record('elsewhere', { git_commit: '0123456789abcdef0123456789abcdef01234567' });
    await record('gone');
    await record('changed');
    await record('dropped');
    const lines = parseIndex(await readFile(path.join(out, 'index.jsonl'), 'utf8'), '').slice(0, -1);
    await writeFile(path.join(out, 'index.jsonl'), indexText(lines));
    await writeFile(path.join(out, 'INDEX.md'), renderIndex(lines));
    await rm(path.join(out, 'runs', 'gone'), { recursive: true });
    await writeFile(path.join(out, 'runs', 'changed', 'junit.xml'), '');
    await writeFile(project.file('db/migrations/2_grants.sql'), 'select 1;\n');
    const { code, faults } = await checked();
    expect(code).toBe(1);
    expect(faults).toEqual([
      'changed: junit.xml has been changed',
      'gone is not there, and no line says that it was removed',
      'dropped is among the packs, and no line of the index enters it',
      'dirty is of a work tree that differed from its commit: it is pending',
      'pending is of no commit: it is pending',
      'the newest pack of small, changed, is not of what is checked out: its inputs differ',
      'elsewhere was made at the commit 0123456789abcdef0123456789abcdef01234567, which does not lead to HEAD',
    ]);
  });

  it('takes a newest pack whose commit was squashed away, and says so', async () => {
    await record('one', { git_commit: '0123456789abcdef0123456789abcdef01234567' });
    expect(await checked()).toMatchObject({ code: 0, remarks: [expect.stringContaining('squashed or rebased?')] });
  });

  it('is refused in a shallow clone that does not have a commit, with what to fetch', async () => {
    await record('one');
    await record('two');
    await commit();
    await using clone = {
      folder: await mkdtemp(path.join(tmpdir(), 'rolecall-clone-')),
      [Symbol.asyncDispose]: () => rm(clone.folder, { recursive: true }),
    };
    await git('clone', '--quiet', '--depth', '1', `file://${project.folder}`, path.join(clone.folder, 'c'));
    const shallow = {
      out: path.join(clone.folder, 'c/reports'),
      contract: path.join(clone.folder, 'c/db/contract.yaml'),
    };
    await expect(checked(shallow)).rejects.toMatchObject({
      code: 'bad-argument',
      message: expect.stringMatching(/^the clone is shallow.*: one was made at the commit/),
      next: expect.stringContaining('fetch-depth: 0'),
    });
  });

  it('is inconclusive where there is no pack, and faulty where there is no repository', async () => {
    expect(await checked()).toMatchObject({ code: 3, holds: false, faults: [] });
    await record('one');
    await rm(project.file('.git'), { recursive: true });
    expect((await checked()).faults).toEqual([expect.stringContaining('is in no git repository')]);
  });

  it('with a key wants every line signed', async () => {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    const key = project.file('rolecall.pub');
    await writeFile(key, publicKey.export({ format: 'pem', type: 'spki' }));
    await record('one', {}, privateKey);
    expect(await checked({ key })).toMatchObject({ code: 0, faults: [] });
    await record('two');
    expect((await checked({ key })).faults).toEqual(['nobody signed the index after line 1: it has 2']);
    await record('three', {}, privateKey);
    expect((await checked({ key })).faults).toEqual([]);
    await rm(path.join(out, 'runs/one/attestation.json'));
    expect((await checked({ key })).faults).toEqual(['one: the pack is unsigned: there is no attestation.json']);
  });
});

describe('index', () => {
  it('shows the packs, newest first', async () => {
    await record('one');
    await record('two', { git_dirty: true });
    const { context, answered } = testContext(gitEnv);
    expect(await showIndex({ contract: '', out, format: 'text' }, context)).toBe(0);
    const rows = answered().trimEnd().split('\n');
    expect(rows[0]).toMatch(/^\d{4}-\d\d-\d\d {2}pass {2}[0-9a-f]{12}\+ .* two$/);
    expect(rows[1]).toMatch(/ one$/);
  });

  const write = async (text: string | Buffer) => {
    await writeFile(project.file('LEDGER.md'), text);
    const { context } = testContext(gitEnv);
    await showIndex({ contract: '', out, format: 'text', ledger: project.file('LEDGER.md') }, context);
    return readFile(project.file('LEDGER.md'));
  };
  const [open, close] = ['<!-- rolecall:index -->', '<!-- /rolecall:index -->'];

  it('writes its rows between the marks of a ledger, and leaves every other byte', async () => {
    await record('one');
    const before = Buffer.concat([
      Buffer.from([0xff, 0x00, 0x0a]),
      Buffer.from(`# Ours\r\n\r\n${open}\r\nold\r\n${close}\r\n| by hand | ü |`),
    ]);
    const after = (await write(before)).toString('latin1');
    const kept = before.toString('latin1');
    expect(after.startsWith(kept.slice(0, kept.indexOf('old')))).toBe(true);
    expect(after.endsWith(kept.slice(kept.indexOf(close)))).toBe(true);
    expect(after).toContain('[one](reports/runs/one/report.md)');
    expect(after).not.toMatch(/[^\r]\n\|/);
    expect(await checked({ ledger: project.file('LEDGER.md') })).toMatchObject({ code: 0 });
    await record('two');
    expect((await checked({ ledger: project.file('LEDGER.md') })).faults).toEqual([
      expect.stringContaining('does not have the rows of the index: rolecall index --ledger'),
    ]);
  });

  it.each([
    ['', 'has no line <!-- rolecall:index -->'],
    [`${open}\n`, 'has no line <!-- /rolecall:index -->'],
    [`${open}\n${close}\n${open}\n${close}\n`, 'has 2 lines <!-- rolecall:index -->, and must have one'],
    [`${close}\n${open}\n`, 'has <!-- /rolecall:index --> before'],
    [`see ${open}\n${close}\n`, 'has no line <!-- rolecall:index -->'],
  ])('refuses a ledger without its marks: %j', async (text, says) => {
    await expect(write(text)).rejects.toMatchObject({
      code: 'bad-argument',
      message: expect.stringContaining(says),
      next: expect.stringContaining(`${open}\n${close}`),
    });
    expect(await readFile(project.file('LEDGER.md'), 'utf8')).toBe(text);
  });
});

import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { runChild } from '../process/child.ts';
import { tagOf, thisOwner } from '../process/owner.ts';
import { evidence } from '../render/evidence.fixture.ts';
import { indexFaults, readIndex } from './ledger/index-files.ts';
import { rowsOf } from './ledger/rows.ts';
import { manifestOf, readManifest, verifyFiles } from './manifest.ts';
import { prepareOut, writeFolder, writePack } from './write-pack.ts';

let out: string;
beforeEach(async () => {
  out = await mkdtemp(path.join(tmpdir(), 'rolecall-pack-'));
});
afterEach(() => rm(out, { recursive: true }));

const { id } = evidence.run;
const files = new Map([
  ['evidence.json', '{}\n'],
  ['tap/head/01.tap', '1..1\nok 1 - ü\n'],
]);
const read = (name: string) => readFile(path.join(out, name), 'utf8');
const refusal = (message: string) =>
  expect.objectContaining({ code: 'bad-pack', message: expect.stringContaining(message) });

describe('a pack', () => {
  it('is written with a manifest that matches, and entered in the index', async () => {
    const folder = await writePack(out, evidence, files);
    expect(folder).toBe(path.join(out, 'runs', id));
    expect(await read(`runs/${id}/tap/head/01.tap`)).toBe('1..1\nok 1 - ü\n');
    const { manifest, digest } = await readManifest(folder);
    expect(manifest).toEqual(manifestOf(id, files));
    expect(manifest.files.map(({ path: name, bytes }) => `${name} ${bytes}`)).toEqual([
      'evidence.json 3',
      'tap/head/01.tap 15',
    ]);
    expect(await verifyFiles(folder, manifest)).toEqual([]);
    expect((await readIndex(out)).lines).toMatchObject([
      { seq: 1, kind: 'run', pack: id, manifest_sha256: digest, verdict: 'fail', supersedes: null, previous: null },
    ]);
    expect(await read('INDEX.md')).toContain(`[${id}](runs/${id}/report.md) | ${digest.slice(0, 16)} | 1 |`);
  });

  it('is readable for other users', async () => {
    expect((await stat(await writePack(out, evidence, files))).mode & 0o777).toBe(0o755);
  });

  it('replaces an earlier pack of the same id, whose line stays and is superseded', async () => {
    await writePack(out, evidence, new Map([...files, ['old.txt', '']]));
    const folder = await writePack(out, evidence, files);
    expect((await readdir(folder)).toSorted()).toEqual(['evidence.json', 'manifest.json', 'tap']);
    const { lines } = await readIndex(out);
    expect(lines).toMatchObject([{ seq: 1 }, { seq: 2, supersedes: 1 }]);
    expect(rowsOf(lines)).toHaveLength(1);
  });

  it('is unchanged when a later pack of the same id cannot be written', async () => {
    const folder = await writePack(out, evidence, files);
    const index = await read('INDEX.md');
    const clash = new Map([...files, ['evidence.json/not-a-folder', '']]);
    await expect(writePack(out, evidence, clash)).rejects.toThrow();
    expect(await verifyFiles(folder, (await readManifest(folder)).manifest)).toEqual([]);
    expect(await readdir(path.join(out, 'runs'))).toEqual([id]);
    expect(await read('INDEX.md')).toBe(index);
  });

  it('is unchanged when what lies beside it cannot take its place', async () => {
    const parent = path.join(out, 'runs');
    const beside = path.join(out, 'INDEX.md');
    const folder = await writeFolder(parent, id, files);
    const blocked = (name: string) =>
      writeFolder(parent, name, new Map([['other.json', '{}']]), {
        beside: {
          files: [beside],
          content: async () => {
            await mkdir(beside, { recursive: true });
            return new Map([[beside, 'rows']]);
          },
        },
      });
    await expect(blocked(id)).rejects.toThrow(refusal('could not be written'));
    await expect(blocked('new')).rejects.toThrow(refusal('could not be written'));
    expect(await verifyFiles(folder, (await readManifest(folder)).manifest)).toEqual([]);
    expect(
      (await readdir(out, { recursive: true })).filter((name) => !name.startsWith(`runs/${id}/`)).toSorted(),
    ).toEqual(['INDEX.md', 'runs', `runs/${id}`]);
  });

  it('is not entered in an index that cannot be read', async () => {
    await writeFile(path.join(out, 'INDEX.md'), '| a |\n| - |\n| what is this |\n');
    await expect(writePack(out, evidence, files)).rejects.toThrow(refusal('a line that is no row'));
    expect(await read('INDEX.md')).toContain('what is this');
    expect((await readdir(out, { recursive: true })).toSorted()).toEqual(['INDEX.md', 'runs']);
  });
});

describe('packs that are written at the same time', () => {
  it('by one program are all entered', async () => {
    const packs = Array.from({ length: 8 }, (_, index) => `pack-${index}`);
    await Promise.all(packs.map((pack) => writePack(out, { ...evidence, run: { ...evidence.run, id: pack } }, files)));
    await expectEntered(packs);
  });

  it('by several programs are all entered', async () => {
    const script = `
      const { writePack } = await import(${JSON.stringify(import.meta.resolve('./write-pack.ts'))});
      const { evidence } = await import(${JSON.stringify(import.meta.resolve('../render/evidence.fixture.ts'))});
      const [out, name] = process.argv.slice(1);
      for (let i = 0; i < 10; i++) await writePack(out, { ...evidence, run: { ...evidence.run, id: name + '-' + i } }, new Map([['evidence.json', '{}']]));`;
    const writers = ['one', 'two'];
    await Promise.all(
      writers.map((name) =>
        runChild(
          process.execPath,
          ['--import', import.meta.resolve('tsx'), '--input-type=module', '--eval', script, out, name],
          { cwd: out },
        ),
      ),
    );
    await expectEntered(writers.flatMap((name) => Array.from({ length: 10 }, (_, index) => `${name}-${index}`)));
  });

  async function expectEntered(packs: string[]): Promise<void> {
    const index = await readIndex(out);
    expect(index.lines.map(({ pack }) => pack).toSorted()).toEqual(packs.toSorted());
    expect(indexFaults(index, undefined)).toEqual([]);
    expect((await readdir(path.join(out, 'runs'))).toSorted()).toEqual(packs.toSorted());
    expect((await readdir(out)).toSorted()).toEqual(['INDEX.md', 'index.jsonl', 'runs']);
  }
});

describe('what a run that was killed has left half written', () => {
  it('is removed by the next pack, and what is somebody else’s is not', async () => {
    await prepareOut(out);
    const self = await thisOwner();
    const pid = Number(await runChild(process.execPath, ['-e', 'console.log(process.pid)'], { cwd: out }));
    const [dead, elsewhere] = [tagOf({ ...self, pid }), tagOf({ ...self, pid, host: '0123456789ab' })];
    for (const tag of [dead, elsewhere]) {
      await mkdir(path.join(out, 'runs', `.draft-${tag}-a8XkQ2`));
      await writeFile(path.join(out, `INDEX.md.draft-${tag}-a8XkQ2`), '');
    }
    await symlink(dead, path.join(out, 'runs', '.lock'));
    await writePack(out, evidence, files);
    expect(
      (await readdir(out, { recursive: true }))
        .filter((name) => name.includes('draft') || name.includes('lock'))
        .toSorted(),
    ).toEqual([`INDEX.md.draft-${elsewhere}-a8XkQ2`, `runs/.draft-${elsewhere}-a8XkQ2`]);
    expect((await readIndex(out)).lines).toHaveLength(1);
  });
});

describe('the folder of the packs', () => {
  it('is made where it is not there', async () => {
    await prepareOut(path.join(out, 'new', 'reports'));
    expect(await readdir(path.join(out, 'new', 'reports'))).toEqual(['runs']);
  });

  it('refuses a folder that stays locked, before anything is run', async () => {
    await mkdir(path.join(out, 'runs'), { recursive: true });
    await symlink(tagOf({ ...(await thisOwner()), host: '0123456789ab', pid: 7 }), path.join(out, 'runs', '.lock'));
    await expect(prepareOut(out, 50)).rejects.toThrow(refusal(`${path.join(out, 'runs', '.lock')} is held: process 7`));
  });

  it('is refused where it is a file, or cannot be made', async () => {
    await writeFile(path.join(out, 'file'), '');
    await expect(prepareOut(path.join(out, 'file'))).rejects.toThrow(
      refusal(`cannot write packs to ${path.join(out, 'file')}`),
    );
    await expect(prepareOut('/sys/rolecall')).rejects.toThrow(refusal('cannot write packs to /sys/rolecall'));
  });
});

describe('a manifest', () => {
  it('tells which files are missing and which have been changed', async () => {
    const folder = await writePack(out, evidence, files);
    const { manifest } = await readManifest(folder);
    await rm(path.join(folder, 'evidence.json'));
    await writeFile(path.join(folder, 'tap/head/01.tap'), '1..1\nok 1 - u\n');
    expect(await verifyFiles(folder, manifest)).toEqual([
      'evidence.json is missing',
      'tap/head/01.tap has been changed',
    ]);
  });

  it.each([
    ['is not there', undefined],
    ['is not JSON', '{'],
    ['is of another schema', '{"schema_version":2,"id":"a","files":[]}'],
    ['has a key nobody knows', '{"schema_version":1,"id":"a","files":[],"more":1}'],
  ])('is refused when it %s', async (_, text) => {
    await (text === undefined ? undefined : writeFile(path.join(out, 'manifest.json'), text));
    await expect(readManifest(out)).rejects.toThrow(refusal(`${out} is not an evidence pack`));
  });
});

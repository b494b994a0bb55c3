import { execFileSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { RolecallError } from '../common/errors.ts';
import { compact } from '../pack/compact.ts';
import { writePack } from '../pack/write-pack.ts';
import { evidence, proven } from '../render/evidence.fixture.ts';
import { packFiles } from '../render/pack-files.ts';
import { damaged } from '../testing/damaged.ts';
import { testContext } from '../testing/head.ts';
import { diff } from './diff.ts';
import { report } from './report.ts';
import { told } from './told.ts';
import { verify } from './verify.ts';

const format = 'json' as const;
const silent = { log: '', version: '', artefacts: new Map<string, string>() };
const raw = { facts: { baseline: [], head: [] }, servers: { baseline: silent, head: silent } };

let folder: string;
let out: string;
let pack: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'rolecall-bad-packs-'));
  const original = path.join(folder, 'original');
  for (const [id, content] of Object.entries({ passed: proven, failed: evidence })) {
    const named = { ...content, run: { ...content.run, id } };
    await writePack(original, named, packFiles(named, raw));
  }
});
afterAll(() => rm(folder, { recursive: true }));
beforeEach(async () => {
  out = path.join(folder, 'copy');
  pack = path.join(out, 'runs', 'passed');
  await rm(out, { recursive: true, force: true });
  await cp(path.join(folder, 'original'), out, { recursive: true });
});

const inPack = (name: string) => path.join(pack, name);

/** The faults that `verify` names, or its refusal. */
async function verified(): Promise<string[]> {
  const { context, answered } = testContext();
  try {
    await verify(pack, { format }, context);
    return (JSON.parse(answered()) as { faults: string[] }).faults;
  } catch (error) {
    return [refusal(error)];
  }
}

function refusal(error: unknown): string {
  if (!(error instanceof RolecallError)) {
    throw error;
  }
  expect(error.next).toBeTruthy();
  expect(told(error, false).text).not.toMatch(/\n {4}at |internal error/);
  return error.message.replaceAll(folder, '');
}

const editManifest = async (edit: (text: string) => string) => {
  const text = await readFile(inPack('manifest.json'), 'utf8');
  expect(edit(text)).not.toBe(text);
  await writeFile(inPack('manifest.json'), edit(text));
};
const replace = async (name: string, make: (file: string) => unknown) => {
  await rm(inPack(name), { recursive: true, force: true });
  await make(inPack(name));
};

describe('a pack does not verify', () => {
  it.each<[what: string, damage: () => Promise<unknown>, says: RegExp]>([
    [
      'under the name of another one',
      async () => {
        await rm(path.join(out, 'runs', 'failed'), { recursive: true });
        await rename(pack, path.join(out, 'runs', 'failed'));
        pack = path.join(out, 'runs', 'failed');
      },
      /^the folder is named failed, and its manifest is that of passed$/,
    ],
    [
      'with a file too many',
      () => writeFile(inPack('tap/extra.tap'), ''),
      /^tap\/extra.tap is a file that the manifest/,
    ],
    ['with a folder too many', () => mkdir(inPack('more')), /^more is a folder that the manifest does not name$/],
    ['with a link too many', () => symlink('/etc', inPack('etc')), /^etc is a link that the manifest does not name$/],
    ['without a file', () => rm(inPack('junit.xml')), /^junit.xml is missing$/],
    ['with a folder for a file', () => replace('junit.xml', mkdir), /^junit.xml is a folder, not a file$/],
    [
      'with a link for a file',
      () => replace('junit.xml', (file) => symlink('report.md', file)),
      /is a link, not a file$/,
    ],
    ['with a pipe for a file', () => replace('junit.xml', (file) => execFileSync('mkfifo', [file])), /is a pipe, not/],
    ['with a file that grew', () => truncate(inPack('junit.xml'), 3_000_000_000), /^junit.xml has been changed$/],
    ...['../../INDEX.md', '/etc/passwd', '../../../../dev/zero', './report.md', 'tap//x', 'tap\\\\x'].map(
      (name): [string, () => Promise<unknown>, RegExp] => [
        `whose manifest names ${name}`,
        () => editManifest((text) => text.replace('"junit.xml"', JSON.stringify(name))),
        /manifest.json is not as its schema \(version 1\) says: files\.\d+\.path: is not a path inside the pack$/,
      ],
    ),
    [
      'whose manifest names a file twice',
      () => editManifest((text) => text.replace('"junit.xml"', '"report.md"')),
      /: files: names a file twice$/,
    ],
    [
      'whose manifest has another schema version',
      () => editManifest((text) => text.replace('"schema_version": 1', '"schema_version": 7')),
      /^[^[{]*: schema_version: Invalid input: expected 1$/,
    ],
    [
      'whose manifest is a pipe',
      () => replace('manifest.json', (file) => execFileSync('mkfifo', [file])),
      /is a pipe, not/,
    ],
    ['whose manifest is a folder', () => replace('manifest.json', mkdir), /manifest.json is a folder, not a file$/],
    ['that is not there', () => rm(pack, { recursive: true }), /manifest.json is not there$/],
    [
      'without its index',
      () => Promise.all(['INDEX.md', 'index.jsonl'].map((name) => rm(path.join(out, name)))),
      /^the index has no row of passed$/,
    ],
    ['without what is rendered from its index', () => rm(path.join(out, 'INDEX.md')), /^INDEX.md is not there, and is/],
    [
      'without the lines of its index',
      () => rm(path.join(out, 'index.jsonl')),
      /index.jsonl is not there, and .*INDEX.md was rendered/,
    ],
    [
      'whose index is a folder',
      async () => {
        await rm(path.join(out, 'INDEX.md'));
        await mkdir(path.join(out, 'INDEX.md'));
      },
      /^the index .*INDEX.md is a folder, not a file$/,
    ],
  ])('%s', async (_, damage, says) => {
    await damage();
    const faults = await verified();
    expect(faults[0]).toMatch(says);
  });

  it('and a pack verifies although its index has CRLF line ends', async () => {
    for (const index of ['INDEX.md', 'index.jsonl'].map((name) => path.join(out, name)))
      await writeFile(index, (await readFile(index, 'utf8')).replaceAll('\n', '\r\n'));
    expect(await verified()).toEqual([]);
  });
});

it('an index that cannot be read is not replaced', async () => {
  await rm(path.join(out, 'INDEX.md'));
  await mkdir(path.join(out, 'INDEX.md'));
  const named = { ...proven, run: { ...proven.run, id: 'third' } };
  expect(await writePack(out, named, packFiles(named, raw)).catch(refusal)).toMatch(
    /INDEX.md is a folder, not a file$/,
  );
  expect((await readdir(path.join(out, 'runs'))).toSorted()).toEqual(['failed', 'passed']);
});

describe('what is not as the schema says', () => {
  const commands = {
    report: () => report(pack, { out: path.join(folder, 'rendered'), format }, testContext().context),
    'diff before': () => diff(pack, path.join(out, 'runs', 'failed'), { format }, testContext().context),
    'diff after': () => diff(path.join(out, 'runs', 'failed'), pack, { format }, testContext().context),
  };

  it.each<[what: string, damage: () => Promise<unknown>, says: RegExp]>([
    [
      'an evidence.json that is a folder',
      () => replace('evidence.json', mkdir),
      /evidence.json is a folder, not a file$/,
    ],
    ['one that is a pipe', () => replace('evidence.json', (file) => execFileSync('mkfifo', [file])), /is a pipe, not/],
    ['one that is not there', () => rm(inPack('evidence.json')), /evidence.json is not there$/],
    ['one that is empty', () => writeFile(inPack('evidence.json'), ''), /evidence.json is not JSON$/],
    ['one that is null', () => writeFile(inPack('evidence.json'), 'null'), /has no schema version/],
    [
      'one of the version before',
      () => writeFile(inPack('evidence.json'), JSON.stringify({ ...proven, schema_version: 1 })),
      /has schema version 1, and this program reads version 2$/,
    ],
    [
      'one of a later version',
      () => writeFile(inPack('evidence.json'), JSON.stringify({ ...compact(proven), schema_version: 99 })),
      /has schema version 99, and this program reads version \d+$/,
    ],
    [
      'one with a key too many',
      () => writeFile(inPack('evidence.json'), JSON.stringify({ ...compact(proven), run: { ...proven.run, more: 1 } })),
      /has an unknown key: more in run$/,
    ],
    [
      'one with an id that leads elsewhere',
      () =>
        writeFile(
          inPack('evidence.json'),
          JSON.stringify({ ...compact(proven), run: { ...proven.run, id: '../../victim' } }),
        ),
      /has a run.id that is not a plain name$/,
    ],
  ])('is refused in one message: %s', async (_, damage, says) => {
    await damage();
    for (const command of Object.values(commands)) {
      expect(await command().catch(refusal)).toMatch(says);
    }
  });

  it('is refused where a file beside it is missing', async () => {
    await rm(inPack('privileges.head.txt'));
    expect(await commands['diff after']().catch(refusal)).toMatch(/privileges.head.txt is not there$/);
  });

  it('is refused where an attempt ended in a way that nobody knows', async () => {
    const text = await readFile(inPack('evidence.json'), 'utf8');
    const data = JSON.parse(text) as { tenant_arguments: { unknown: { outcome: string } }[] };
    data.tenant_arguments[0]!.unknown.outcome = ' ';
    await writeFile(inPack('evidence.json'), JSON.stringify(data));
    expect(await commands.report().catch(refusal)).toMatch(/is not as its schema says: .*outcome must match pattern/);
  });

  it('is refused without a stack trace, whichever key is missing or of the wrong type', async () => {
    const text = await readFile(inPack('evidence.json'), 'utf8');
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(damaged(JSON.parse(text)), async (data) => {
        await writeFile(inPack('evidence.json'), JSON.stringify(data));
        const started = performance.now();
        const answer = await commands['diff after']().catch(refusal);
        await commands.report().catch(refusal);
        refused += typeof answer === 'string' ? 1 : 0;
        expect(performance.now() - started).toBeLessThan(10_000);
      }),
      { numRuns: 100 },
    );
    expect(refused).toBeGreaterThan(50);
  });
});

it.each(['/proc/a', '/dev/null', '/dev/null/a', 'x'.repeat(300), 'file'])(
  'renderings are not written to %s, and that is said in one message',
  async (name) => {
    await writeFile(path.join(out, 'file'), '');
    const place = name === 'file' ? path.join(out, 'file') : name;
    expect(await report(pack, { out: place, format }, testContext().context).catch(refusal)).toMatch(
      /^cannot write to .*: it (is|has) /,
    );
  },
);

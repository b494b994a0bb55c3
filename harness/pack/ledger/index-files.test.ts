import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { evidence } from '../../render/evidence.fixture.ts';
import { prepareOut, writePack } from '../write-pack.ts';
import { indexFaults, readIndex } from './index-files.ts';
import { append, indexText, lineOf, parseIndex, type IndexLine, type LineContent } from './line.ts';
import { renderIndex } from './markdown.ts';
import { headName, headText } from './signed-head.ts';

const ours = generateKeyPairSync('ed25519');
const theirs = generateKeyPairSync('ed25519');
let out: string;
beforeEach(async () => {
  out = await mkdtemp(path.join(tmpdir(), 'rolecall-index-'));
});
afterEach(() => rm(out, { recursive: true }));

const names = ['a', 'b', 'c'];
const run = (id: string) => ({ ...evidence, run: { ...evidence.run, id } });
const writeThree = async (key?: typeof ours.privateKey) => {
  for (const name of names) {
    await writePack(out, run(name), new Map([['evidence.json', '{}']]), key);
  }
};
const place = (name: string) => path.join(out, name);
const read = (name: string) => readFile(place(name), 'utf8');
/** All faults of the index as it is: from reading it and from its parts; empty without any. */
const said = (key?: typeof ours.publicKey) =>
  readIndex(out).then(
    (index) => indexFaults(index, key),
    (error: unknown) => [(error as Error).message.replace(out, '')],
  );

describe('an index', () => {
  it('reads back what it has written, whatever a revision is called', () => {
    const hostile = {
      ...evidence,
      phases: { ...evidence.phases, head: { ...evidence.phases.head, revision: 'a|b\n| x |' } },
    };
    const lines = append([], [lineOf(hostile, 'f'.repeat(64)), lineOf(evidence, '0'.repeat(64))]);
    expect(parseIndex(indexText(lines), 'index.jsonl')).toEqual(lines);
    expect(
      renderIndex(lines)
        .split('\n')
        .filter((line) => line.startsWith('|')),
    ).toHaveLength(3);
  });

  it.each<[what: string, tamper: (text: string) => string]>([
    ['a line taken out', (text) => text.replace(/.*"pack":"b".*\n/, '')],
    ['the first line taken out', (text) => text.replace(/.*"pack":"a".*\n/, '')],
    ['a verdict changed', (text) => text.replace('"verdict":"fail"', '"verdict":"pass"')],
    ['a date changed', (text) => text.replace(/"at":"\d{4}/, '"at":"1999')],
    ['two lines exchanged', (text) => text.replace(/(.*"pack":"b".*\n)(.*"pack":"c".*\n)/, '$2$1')],
    ['a key given twice', (text) => text.replace('{"seq":3,', '{"seq":3,"seq":3,')],
    ['a space', (text) => text.replace('"seq":1,', '"seq": 1,')],
    ['an empty line', (text) => `${text}\n`],
    ['a torn last line', (text) => text.slice(0, -20)],
    ['a last line without its end', (text) => text.slice(0, -1)],
  ])('that was tampered with by %s is refused before and after a run, and stays as it is', async (_, tamper) => {
    await writeThree();
    const tampered = tamper(await read('index.jsonl'));
    expect(tampered).not.toBe(await read('index.jsonl'));
    await writeFile(place('index.jsonl'), tampered);
    const refused = expect.objectContaining({ code: 'bad-pack', message: expect.stringContaining('the chain of') });
    await expect(prepareOut(out)).rejects.toThrow(refused);
    await expect(writePack(out, evidence, new Map())).rejects.toThrow(refused);
    expect(await read('index.jsonl')).toBe(tampered);
  });

  it('without a key shows by INDEX.md that its newest line was dropped, and takes no new one', async () => {
    await writeThree();
    const fewer = (await read('index.jsonl')).replace(/.*"pack":"c".*\n/, '');
    await writeFile(place('index.jsonl'), fewer);
    const fault = 'INDEX.md was rendered from 3 lines, and index.jsonl has 2: the last ones were dropped';
    expect(await said()).toEqual([fault]);
    await expect(writePack(out, evidence, new Map())).rejects.toThrow(fault);
    await rm(place('index.jsonl'));
    expect(await said()).toEqual(
      ['/index.jsonl is not there, and /INDEX.md was rendered from it'].map((text) =>
        text.replace('/INDEX.md', place('INDEX.md')),
      ),
    );
  });

  it('and its rendering must agree, which a run makes anew', async () => {
    await writeThree();
    await writeFile(place('INDEX.md'), (await read('INDEX.md')).replace('| fail |', '| pass |'));
    expect(await said()).toEqual(['INDEX.md is not what index.jsonl renders to']);
    await rm(place('INDEX.md'));
    expect(await said()).toEqual(['INDEX.md is not there, and is rendered from index.jsonl']);
    await writePack(out, evidence, new Map());
    expect(await said()).toEqual([]);
  });
});

/** Writes an index of these lines as somebody without the key can: everything except the signature. */
const forge = async (lines: IndexLine[]) => {
  await writeFile(place('index.jsonl'), indexText(lines));
  await writeFile(place('INDEX.md'), renderIndex(lines));
};
const contentsOf = (lines: IndexLine[]) =>
  lines.map(
    (line) => ({ ...line, seq: undefined, previous: undefined, supersedes: undefined }) as unknown as LineContent,
  );

describe('an index whose end is signed', () => {
  beforeEach(() => writeThree(ours.privateKey));

  it('is good by the key, and by no other', async () => {
    expect([await said(ours.publicKey), await said()]).toEqual([[], []]);
    expect(await said(theirs.publicKey)).toEqual([
      expect.stringContaining('the signature of the index is not of the key'),
    ]);
  });

  it.each<[what: string, forgery: (lines: IndexLine[]) => Promise<unknown>, says: RegExp]>([
    ['the newest line dropped', (lines) => forge(lines.slice(0, 2)), /is of 3 lines, and index.jsonl has 2: the last/],
    ['all lines dropped', () => forge([]), /is of 3 lines, and index.jsonl has 0/],
    [
      'the chain rewritten without a line',
      (lines) => forge(append([], contentsOf([lines[0]!, lines[2]!]), lines[0]!.key)),
      /is of 3 lines, and index.jsonl has 2/,
    ],
    [
      'the chain rewritten with another verdict',
      (lines) =>
        forge(
          append(
            [],
            contentsOf(lines).map((line) => ({ ...line, verdict: 'pass' }) as LineContent),
            lines[0]!.key,
          ),
        ),
      /is of other lines up to 3 than index.jsonl has/,
    ],
    [
      'the chain rewritten and signed by another key',
      async (lines) => {
        const fewer = append([], contentsOf(lines.slice(0, 2)), lines[0]!.key);
        await forge(fewer);
        await writeFile(place(headName), headText(fewer, theirs.privateKey));
      },
      /the signature of the index is not of the key/,
    ],
    [
      'its signature taken away',
      () => rm(place(headName)),
      /index.head.json is not there, and line 3 was written with the key/,
    ],
    [
      'its signature and every sign of it taken away',
      async (lines) => {
        await forge(append([], contentsOf(lines)));
        await rm(place(headName));
      },
      /the index is unsigned: there is no index.head.json/,
    ],
    [
      'the signature of an older state put back',
      (lines) => writeFile(place(headName), headText(lines.slice(0, 2), ours.privateKey)),
      /is of an older state: it ends with line 2, and line 3 was written/,
    ],
    ['what is not an envelope', () => writeFile(place(headName), '{}'), /index.head.json is not a signed envelope/],
  ])('and has %s is named', async (_, forgery, says) => {
    await forgery((await readIndex(out)).lines);
    expect(await said(ours.publicKey)).toEqual([expect.stringMatching(says)]);
  });

  it('takes no further line where its end was dropped or signed by nobody, with the key and without', async () => {
    const { lines } = await readIndex(out);
    await forge(lines.slice(0, 2));
    await expect(writePack(out, evidence, new Map())).rejects.toThrow('the last ones were dropped');
    const other = append([], contentsOf(lines), lines[0]!.key).map((line) => line);
    await forge(other);
    await writeFile(place(headName), (await read(headName)).replace(/"sig": "..../, '"sig": "AAAA'));
    await expect(writePack(out, evidence, new Map(), ours.privateKey)).rejects.toThrow('is not of the key');
  });

  it('goes on without a key, and says by its signed end which lines nobody signed', async () => {
    await writePack(out, evidence, new Map());
    expect(await said(ours.publicKey)).toEqual([]);
    await writePack(out, run('e'), new Map(), ours.privateKey);
    expect(
      JSON.parse(Buffer.from((JSON.parse(await read(headName)) as { payload: string }).payload, 'base64').toString()),
    ).toMatchObject({
      predicate: { lines: 5 },
    });
  });
});

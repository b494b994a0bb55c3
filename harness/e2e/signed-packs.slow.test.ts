import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { makeEvidence } from '../commands/run.ts';
import { verify } from '../commands/verify.ts';
import { sha256 } from '../common/digest.ts';
import { attestationText } from '../pack/attestation.ts';
import { append, indexText, parseIndex, type IndexLine, type LineContent } from '../pack/ledger/line.ts';
import { renderIndex } from '../pack/ledger/markdown.ts';
import { headText } from '../pack/ledger/signed-head.ts';
import { attestationName, manifestOf } from '../pack/manifest.ts';
import { readEvidence } from '../pack/read-pack.ts';
import { writePack } from '../pack/write-pack.ts';
import { changedAt, fieldsOf, type Json } from '../testing/changed-fields.ts';
import { testContext } from '../testing/head.ts';
import { smallProject } from '../testing/small-project.ts';

const ours = generateKeyPairSync('ed25519');
const theirs = generateKeyPairSync('ed25519');
const pem = (key: KeyObject) => String(key.export({ format: 'pem', type: key.type === 'private' ? 'pkcs8' : 'spki' }));

let folder: string;
let reports: string;
let pack: string;
let publicKey: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'rolecall-signed-'));
  publicKey = path.join(folder, 'rolecall.pub');
  await writeFile(publicKey, pem(ours.publicKey));
  reports = path.join(folder, 'reports');
  await using project = await smallProject();
  const { context } = testContext({ ROLECALL_SIGNING_KEY: pem(ours.privateKey) });
  pack = (
    await makeEvidence(
      { contract: project.contract, out: reports, topology: 'embedded', reporter: [], format: 'json' },
      context,
    )
  ).pack;
  const evidence = await readEvidence(pack);
  const other = { ...evidence, run: { ...evidence.run, id: 'other' } };
  await writePack(reports, other, new Map(), ours.privateKey);
});
afterAll(() => rm(folder, { recursive: true }));

async function verified(of: string, key: string | undefined = publicKey) {
  const { context, answered } = testContext();
  const code = await verify(of, { format: 'json', key }, context);
  return { code, ...(JSON.parse(answered()) as { faults: string[]; signature?: { state: string; keys: string[] } }) };
}

/** Changes a copy of the reports. Returns verify's result. */
async function forged(change: (copy: string, id: string) => Promise<void>) {
  const copy = await mkdtemp(path.join(tmpdir(), 'rolecall-forged-'));
  try {
    await cp(reports, copy, { recursive: true });
    const id = path.basename(pack);
    await change(path.join(copy, 'runs', id), id);
    return await verified(path.join(copy, 'runs', id));
  } finally {
    await rm(copy, { recursive: true });
  }
}

/** Makes the manifest, and the row and chain of the index, match the changed files. */
async function withNewDigests(of: string, id: string): Promise<string> {
  const names = (await readdir(of, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && !['manifest.json', attestationName].includes(entry.name))
    .map((entry) => path.relative(of, path.join(entry.parentPath, entry.name)));
  const files = new Map<string, string>();
  for (const name of names) {
    files.set(name, await readFile(path.join(of, name), 'utf8'));
  }
  const manifest = `${JSON.stringify(manifestOf(id, files), null, 2)}\n`;
  await writeFile(path.join(of, 'manifest.json'), manifest);
  const lines = await linesOf(of);
  await forgeIndex(
    of,
    lines.map((line) => (line.pack === id ? { ...line, manifest_sha256: sha256(manifest) } : line)),
  );
  return manifest;
}

const beside = (of: string, name: string) => path.join(of, '..', '..', name);
const linesOf = async (of: string) => parseIndex(await readFile(beside(of, 'index.jsonl'), 'utf8'), 'index.jsonl');

/** Writes the index for these lines with a new chain: everything except the signature of its end. */
async function forgeIndex(of: string, lines: IndexLine[]): Promise<IndexLine[]> {
  const contents = lines.map((line) => ({ ...line, supersedes: undefined }) as unknown as LineContent);
  const forgery = append([], contents, lines[0]?.key);
  await writeFile(beside(of, 'index.jsonl'), indexText(forgery));
  await writeFile(beside(of, 'INDEX.md'), renderIndex(forgery));
  return forgery;
}

describe('a signed pack', () => {
  it('is good by the key that signed it, and is called unchecked without one', async () => {
    expect(await verified(pack)).toMatchObject({ code: 0, faults: [], signature: { state: 'good' } });
    expect(await verified(pack, undefined as never)).toMatchObject({ code: 0 });
    const { context, answered } = testContext();
    expect(await verify(pack, { format: 'text' }, context)).toBe(0);
    expect(answered()).toContain('The pack is signed, by its own words with the key');
  });

  it('that lost its signature is called unsigned, and is not good by any key', async () => {
    const { code, faults } = await forged((of) => rm(path.join(of, attestationName)));
    expect([code, faults]).toEqual([1, ['the pack is unsigned: there is no attestation.json']]);
  });

  it('of which any file was changed, taken away or added is named', async () => {
    const names = (await readdir(pack, { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile())
      .map((entry) => path.relative(pack, path.join(entry.parentPath, entry.name)));
    expect(names.length).toBeGreaterThan(12);
    for (const name of names) {
      const changed = await forged(async (of) =>
        writeFile(path.join(of, name), `${await readFile(path.join(of, name), 'utf8')} `),
      );
      // A space after the JSON of an envelope does not change its meaning.
      expect([name, changed.code, changed.faults.length > 0]).toEqual(
        name === attestationName ? [name, 0, false] : [name, 1, true],
      );
      const taken = await forged((of) => rm(path.join(of, name))).catch((error: unknown) => error as Error);
      expect(taken instanceof Error ? taken.message : taken.faults.join()).toContain(name);
    }
    const added = await forged((of) => writeFile(path.join(of, 'more.txt'), ''));
    expect(added.faults).toContain('more.txt is a file that the manifest does not name');
  });

  it('of which any field of the evidence was changed, with every digest and the chain made anew, is named', async () => {
    const text = await readFile(path.join(pack, 'evidence.json'), 'utf8');
    const document = JSON.parse(text) as Json;
    const fields = [...fieldsOf(document)];
    expect(fields.length).toBeGreaterThan(100);
    for (const [name, place] of fields) {
      const { code, faults } = await forged(async (of, id) => {
        await writeFile(path.join(of, 'evidence.json'), JSON.stringify(changedAt(document, place)));
        await withNewDigests(of, id);
      });
      expect([name, code]).toEqual([name, 1]);
      expect(faults.join()).toMatch(/the signed statement is about another manifest\.json|evidence\.json/);
    }
  });

  it('of which any field of the signed statement was changed is named', async () => {
    const envelope = JSON.parse(await readFile(path.join(pack, attestationName), 'utf8')) as { payload: string };
    const statement = JSON.parse(Buffer.from(envelope.payload, 'base64').toString()) as Json;
    for (const [name, place] of fieldsOf(statement)) {
      const payload = Buffer.from(JSON.stringify(changedAt(statement, place))).toString('base64');
      const { code, faults } = await forged((of) =>
        writeFile(path.join(of, attestationName), JSON.stringify({ ...envelope, payload })),
      );
      expect([name, code, faults[0]]).toEqual([name, 1, expect.stringContaining('or what it signs was changed')]);
    }
  });

  it('whose report was written by hand, with every digest made anew, is named also without a key', async () => {
    for (const name of ['report.md', 'report.html', 'junit.xml', 'sarif.json']) {
      const { faults } = await forged(async (of, id) => {
        await writeFile(path.join(of, name), (await readFile(path.join(of, name), 'utf8')).replace('small', 'large'));
        await withNewDigests(of, id);
      });
      expect(faults).toContain(`${name} is not what the evidence renders to`);
    }
  });

  it('that was signed by another key, whatever it says, is named', async () => {
    const { code, faults } = await forged(async (of, id) => {
      const manifest = await withNewDigests(of, id);
      const evidence = await readEvidence(of);
      await writeFile(path.join(of, attestationName), attestationText(evidence, sha256(manifest), theirs.privateKey));
    });
    expect([code, faults]).toEqual([1, [expect.stringContaining('the signature of the pack is not of the key')]]);
  });

  it.each<[what: string, forgery: (of: string, lines: IndexLine[]) => Promise<unknown>, faults: (string | RegExp)[]]>([
    [
      'all lines dropped',
      (of) => forgeIndex(of, []),
      [/^index.head.json is of 2 lines, and index.jsonl has 0/, /^the index has no row of/],
    ],
    [
      'its newest line dropped, which is of another pack',
      (of, lines) => forgeIndex(of, lines.slice(0, 1)),
      [/^index.head.json is of 2 lines, and index.jsonl has 1: the last ones were dropped$/],
    ],
    [
      'the chain written anew with another verdict',
      (of, lines) =>
        forgeIndex(
          of,
          lines.map((line) => ({ ...line, verdict: 'inconclusive' }) as IndexLine),
        ),
      [/^index.head.json is of other lines up to 2 than index.jsonl has$/],
    ],
    [
      'the chain written anew and signed by another key',
      async (of, lines) => {
        const forgery = await forgeIndex(of, lines.slice(0, 1));
        await writeFile(beside(of, 'index.head.json'), headText(forgery, theirs.privateKey));
      },
      [/^the signature of the index is not of the key/],
    ],
    [
      'the signed end of an older state put back',
      (of, lines) => writeFile(beside(of, 'index.head.json'), headText(lines.slice(0, 1), ours.privateKey)),
      [/^index.head.json is of an older state: it ends with line 1, and line 2/],
    ],
    [
      'its signed end taken away',
      (of) => rm(beside(of, 'index.head.json')),
      [/^index.head.json is not there, and line 2/],
    ],
    [
      'a rendering that says otherwise',
      async (of) =>
        writeFile(
          beside(of, 'INDEX.md'),
          (await readFile(beside(of, 'INDEX.md'), 'utf8')).replace('| pass |', '| fail |'),
        ),
      ['INDEX.md is not what index.jsonl renders to'],
    ],
    [
      'a line changed',
      async (of) =>
        writeFile(
          beside(of, 'index.jsonl'),
          (await readFile(beside(of, 'index.jsonl'), 'utf8')).replace('"verdict":"pass"', '"verdict":"fail"'),
        ),
      [/the chain of .* breaks at line 2/],
    ],
  ])('whose index has %s is named', async (_, forgery, faults) => {
    const said = await forged(async (of) => void (await forgery(of, await linesOf(of)))).catch((error: unknown) => ({
      code: 1,
      faults: [(error as Error).message],
    }));
    expect([said.code, said.faults]).toEqual([
      1,
      faults.map((fault) => (typeof fault === 'string' ? fault : expect.stringMatching(fault))),
    ]);
  });
});

describe('the key that signs', () => {
  it.each([
    ['no key', 'nothing of the kind'],
    ['a key of another kind', pem(generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey)],
  ])('is refused before anything is built where it is %s, and not repeated', async (_, text) => {
    const { context } = testContext({ ROLECALL_SIGNING_KEY: text });
    const made = makeEvidence(
      { contract: 'db/contract.yaml', out: reports, topology: 'embedded', reporter: [], format: 'json' },
      context,
    );
    await expect(made).rejects.toThrow(/^ROLECALL_SIGNING_KEY /);
    await expect(made).rejects.not.toThrow(text.slice(0, 40));
  });
});

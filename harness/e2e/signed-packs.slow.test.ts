import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { makeEvidence } from '../commands/run.ts';
import { verify } from '../commands/verify.ts';
import { sha256 } from '../common/digest.ts';
import { attestationText } from '../pack/attestation.ts';
import { enter, parseLedger, renderLedger } from '../pack/index-ledger.ts';
import { attestationName, manifestOf } from '../pack/manifest.ts';
import { readEvidence } from '../pack/read-pack.ts';
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
});
afterAll(() => rm(folder, { recursive: true }));

async function verified(of: string, key: string | undefined = publicKey) {
  const { context, answered } = testContext();
  const code = await verify(of, { format: 'json', key }, context);
  return { code, ...(JSON.parse(answered()) as { faults: string[]; signature?: { state: string; keys: string[] } }) };
}

/** A copy of the reports, in which somebody does something; what verify says of it. */
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

/** Makes the manifest, and the row and chain of the index, what they would be of the changed files. */
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
  const index = path.join(of, '..', '..', 'INDEX.md');
  const rows = parseLedger(await readFile(index, 'utf8'));
  const row = rows.find((one) => one.pack === id)!;
  await writeFile(index, renderLedger(enter(rows, { ...row, manifest: sha256(manifest).slice(0, 16) })));
  return manifest;
}

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type Place = (string | number)[];

/** A place for each field of a document, of lists the first element that has it. */
function fieldsOf(value: Json, at: Place = [], found = new Map<string, Place>()): Map<string, Place> {
  if (Array.isArray(value)) {
    value.forEach((one, index) => fieldsOf(one, [...at, index], found));
  } else if (value !== null && typeof value === 'object') {
    Object.entries(value).forEach(([key, one]) => fieldsOf(one, [...at, key], found));
  } else {
    const name = at.filter((part) => typeof part === 'string').join('.');
    found.set(name, found.get(name) ?? at);
  }
  return found;
}

function changedAt(document: Json, place: Place): Json {
  const copy = structuredClone(document);
  const last = place.at(-1)!;
  const parent = place.slice(0, -1).reduce<Json>((at, part) => (at as Record<string | number, Json>)[part]!, copy);
  const holder = parent as Record<string | number, Json>;
  const value = holder[last]!;
  holder[last] =
    typeof value === 'string'
      ? `${value}x`
      : typeof value === 'number'
        ? value + 1
        : typeof value === 'boolean'
          ? !value
          : 'x';
  return copy;
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
      // A space after the JSON of an envelope changes nothing that it says.
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
    expect([code, faults]).toEqual([1, [expect.stringContaining('the signature is not of the key')]]);
  });

  it('whose row was dropped from the index, or whose chain was changed, is named', async () => {
    const index = (of: string) => path.join(of, '..', '..', 'INDEX.md');
    const dropped = await forged(async (of) => writeFile(index(of), renderLedger([])));
    expect(dropped.faults).toEqual([`the index has no row of ${path.basename(pack)}`]);
    const chain = await forged(async (of) =>
      writeFile(index(of), (await readFile(index(of), 'utf8')).replace(/[0-9a-f]{16} \|\n$/, '0123456789abcdef |\n')),
    );
    expect(chain.faults[0]).toContain('the chain of the index breaks');
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

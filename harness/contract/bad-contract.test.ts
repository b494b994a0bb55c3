import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import fc from 'fast-check';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';

import { RolecallError } from '../common/errors.ts';
import { readProject } from '../pipeline/project.ts';
import { minimal } from '../testing/contract.ts';
import { faultsOf } from '../testing/contract-faults.ts';
import { damaged } from '../testing/damaged.ts';
import { parseContract } from './parse-contract.ts';

const example = new URL('../../db/contract.yaml', import.meta.url);

describe('paths of a contract', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'rolecall-paths-'));
    for (const name of ['migrations', 'seeds', 'suites', 'folder', 'open']) {
      await mkdir(path.join(folder, name));
    }
    await writeFile(path.join(folder, 'file'), '');
    await symlink('nowhere', path.join(folder, 'dangling'));
    execFileSync('mkfifo', [path.join(folder, 'pipe'), path.join(folder, 'open', 'x.sql')]);
  });
  afterEach(() => rm(folder, { recursive: true }));

  /** The faults of a contract in which `place` has the value `value`, without files and lines. */
  async function refusedWith(place: string, value: string): Promise<string[]> {
    const paths: Record<string, string> = {
      migrations: 'migrations',
      seeds: 'seeds',
      suites: 'suites',
      [place]: value,
    };
    const said = Object.entries(paths).map(([key, given]) =>
      key === 'migrations'
        ? `migrations: { folder: ${JSON.stringify(given)} }`
        : key.startsWith('provision.')
          ? `provision: { ${key.slice(10)}: ${JSON.stringify(given)} }`
          : `${key}: ${JSON.stringify(given)}`,
    );
    const file = path.join(folder, 'contract.yaml');
    await writeFile(file, `${minimal.replace(/^migrations:.*\n/m, '')}${said.join('\n')}\n`);
    try {
      await readProject(file);
    } catch (error) {
      expect(error).toMatchObject({ name: 'RolecallError', code: 'bad-contract', next: expect.any(String) });
      return (error as Error).message.split('\n').map((line) => line.replace(/^- \S+:(\d+:\d+) /, '$1 '));
    }
    return [];
  }

  const folders = ['migrations', 'seeds', 'suites', 'controls'];
  const files = ['provision.before', 'provision.after'];
  it.each([
    ...folders.flatMap((place) => [
      [place, 'missing', 'is not there'],
      [place, 'file', 'is a file, not a folder'],
      [place, 'dangling', 'is not there'],
      [place, 'pipe', 'is a pipe, not a folder'],
      [place, '/dev/null', 'is a device, not a folder'],
      [place, 'open', 'x.sql is a pipe, not a file'],
      [place, 'x'.repeat(300), 'has a name that is too long'],
    ]),
    ...files.flatMap((place) => [
      [place, 'missing', 'is not there'],
      [place, 'folder', 'is a folder, not a file'],
      [place, 'dangling', 'is not there'],
      [place, 'pipe', 'is a pipe, not a file'],
      [place, '/dev/zero', 'is a device, not a file'],
    ]),
    ...[...folders, ...files].map((place) => [
      place,
      'nul\0',
      'holds a NUL character, which PostgreSQL has in no text',
    ]),
  ])('%s: %s is refused: it %s', async (place, value, why) => {
    const lines = await refusedWith(place!, value!);
    expect(lines).toEqual(['the contract has a fault', expect.stringMatching(/^\d+:\d+ /)]);
    expect(lines[1]).toContain(why);
  });

  it.each<[what: string, make: (file: string) => unknown, says: string]>([
    ['a pipe', (file) => execFileSync('mkfifo', [file]), 'it is a pipe, not a file'],
    ['a folder', mkdir, 'it is a folder, not a file'],
    ['a link to a device', (file) => symlink('/dev/zero', file), 'it is a device, not a file'],
    ['not there', () => undefined, 'it is not there'],
    ['of 10 MB', (file) => writeFile(file, '').then(() => truncate(file, 10_000_000)), 'it is larger than 2 MB'],
  ])('a contract that is %s is refused at once', async (_, make, says) => {
    const file = path.join(folder, 'contract.yaml');
    await make(file);
    await expect(readProject(file)).rejects.toThrow(
      expect.objectContaining({ code: 'bad-contract', message: expect.stringContaining(says) }),
    );
  });
});

describe('a contract that is large or odd', () => {
  it.each<[what: string, text: string, fault: RegExp]>([
    [
      '100,000 unknown keys',
      Array.from({ length: 100_000 }, (_, i) => `key${i}: 1`).join('\n'),
      /^- and 99\d\d\d more$/,
    ],
    ['one key 100,000 times', `a:\n${'  b: 1\n'.repeat(100_000)}`, /^- and 99\d\d\d more$/],
    [
      '100,000 tables that are wrong',
      `tables:\n${Array.from({ length: 100_000 }, (_, i) => `  p.t${i}: 1\n`).join('')}`,
      /more$/,
    ],
    [
      'a bomb of aliases',
      `a: &a [x,x]\n${Array.from({ length: 30 }, (_, i) => `b${i}: &b${i} [*${i === 0 ? 'a' : `b${i - 1}`},*${i === 0 ? 'a' : `b${i - 1}`}]`).join('\n')}`,
      /alias/i,
    ],
  ])('%s: is refused within ten seconds, and in few lines', (_, text, fault) => {
    const started = performance.now();
    const faults = faultsOf(minimal + text);
    expect(performance.now() - started).toBeLessThan(10_000);
    expect(faults.length).toBeLessThan(60);
    expect(faults.at(-1)).toMatch(fault);
  });

  it.each([
    ['10,000 brackets', `a: ${'['.repeat(10_000)}`],
    ['a list for a key', '? [a, b]\n: 1\n'],
    ['an identity with a NUL', 'extensions: ["a\\0b"]\n'],
    ['nothing', ''],
  ])('%s: is refused in a message', (what, text) => {
    expect(() => parseContract('c.yaml', what === 'nothing' ? '' : minimal + text)).toThrow(RolecallError);
  });

  it('never ends in anything but a message, whatever is put in the worked example', async () => {
    const { parse } = await import('yaml');
    const contract: unknown = parse(await readFile(example, 'utf8'));
    let refused = 0;
    fc.assert(
      fc.property(damaged(contract), (data) => {
        refused += survives(stringify(data));
      }),
      { numRuns: 100 },
    );
    expect(refused).toBeGreaterThan(50);
  });

  it('never ends in anything but a message, whatever letters are exchanged in the worked example', async () => {
    const text = await readFile(example, 'utf8');
    const edit = fc.record({
      at: fc.nat(text.length),
      length: fc.nat(40),
      put: fc.oneof(
        fc.string({ unit: 'binary', maxLength: 8 }),
        fc.constantFrom('&a', '*a', '<<:', '\t', '? ', '!!', '"', '{', '[', '\0'),
      ),
    });
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), (edits) => {
        survives(edits.reduce((now, { at, length, put }) => now.slice(0, at) + put + now.slice(at + length), text));
      }),
      { numRuns: 100 },
    );
  });

  /** 1 if the text is refused, 0 if it is a contract. Anything else fails. */
  function survives(text: string): number {
    const started = performance.now();
    try {
      parseContract('c.yaml', text);
      return 0;
    } catch (error) {
      if (!(error instanceof RolecallError)) {
        throw error;
      }
      return 1;
    } finally {
      expect(performance.now() - started).toBeLessThan(10_000);
    }
  }
});

describe('the schema of a contract', () => {
  interface Schema {
    description?: string;
    properties?: Record<string, Schema>;
    items?: Schema;
    anyOf?: Schema[];
    additionalProperties?: Schema | boolean;
  }
  let schema: Schema;
  beforeAll(async () => {
    schema = JSON.parse(await readFile(new URL('contract.schema.json', import.meta.url), 'utf8')) as Schema;
  });

  it('says of every key what it is', () => {
    const keys: string[] = [];
    const silent: string[] = [];
    const walk = (at: Schema, place: string): void => {
      for (const [key, value] of Object.entries(at.properties ?? {})) {
        keys.push(`${place}${key}`);
        if (value.description === undefined) {
          silent.push(`${place}${key}`);
        }
        walk(value, `${place}${key}.`);
      }
      const inner = typeof at.additionalProperties === 'object' ? [at.additionalProperties] : [];
      [...inner, ...(at.items === undefined ? [] : [at.items]), ...(at.anyOf ?? [])].forEach((one) =>
        walk(one, `${place}*.`),
      );
    };
    walk(schema, '');
    expect(keys.length).toBeGreaterThan(100);
    expect(silent).toEqual([]);
  });
});

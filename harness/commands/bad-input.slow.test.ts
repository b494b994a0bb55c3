import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';

import { RolecallError } from '../common/errors.ts';
import { writePack } from '../pack/write-pack.ts';
import { readProject } from '../pipeline/project.ts';
import { evidence, proven } from '../render/evidence.fixture.ts';
import { packFiles } from '../render/pack-files.ts';
import { repository } from '../testing/cli.ts';
import { damaged } from '../testing/damaged.ts';
import { testContext } from '../testing/head.ts';
import { diff } from './diff.ts';
import { migratorOf } from './migrator.ts';
import { report } from './report.ts';
import { told } from './told.ts';
import { verify } from './verify.ts';

const numRuns = Number(process.env['ROLECALL_MUTATIONS'] ?? 1000);
const seed = Number(process.env['ROLECALL_SEED'] ?? 11);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'rolecall-bad-input-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Whether `work` is refused within ten seconds with a message of ours. Anything else fails. */
async function isRefused(work: () => Promise<unknown>): Promise<boolean> {
  const started = performance.now();
  try {
    await work();
    return false;
  } catch (error) {
    if (!(error instanceof RolecallError)) {
      throw error;
    }
    expect(error.next).toBeTruthy();
    expect(told(error, false).text).not.toMatch(/internal error|\n {4}at /);
    return true;
  } finally {
    expect(performance.now() - started).toBeLessThan(10_000);
  }
}

it(`the worked example's contract, damaged ${numRuns} times, is read as a project or refused`, async () => {
  for (const name of ['db', 'pgtap']) {
    await cp(path.join(repository, name), path.join(folder, name), { recursive: true });
  }
  const file = path.join(folder, 'db', 'contract.yaml');
  const contract: unknown = parse(await readFile(file, 'utf8'));
  let refused = 0;
  await fc.assert(
    fc.asyncProperty(damaged(contract), async (data) => {
      await writeFile(file, stringify(data));
      const isBad = await isRefused(async () => migratorOf(await readProject(file), testContext().context));
      refused += isBad ? 1 : 0;
    }),
    { numRuns, seed },
  );
  expect(refused).toBeGreaterThan(numRuns / 2);
  expect(refused).toBeLessThan(numRuns);
});

it(`a pack, damaged ${numRuns} times, is rendered, compared and verified, or refused`, async () => {
  const silent = { log: '', version: '', artefacts: new Map<string, string>() };
  const raw = { facts: { baseline: [], head: [] }, servers: { baseline: silent, head: silent } };
  const out = path.join(folder, 'reports');
  const packs = await Promise.all(
    Object.entries({ passed: proven, failed: evidence }).map(([id, content]) => {
      const named = { ...content, run: { ...content.run, id } };
      return writePack(out, named, packFiles(named, raw));
    }),
  );
  const [pack, other] = packs as [string, string];
  const texts = Object.fromEntries(
    await Promise.all(
      ['evidence.json', 'manifest.json'].map(async (name) => [name, await readFile(path.join(pack, name), 'utf8')]),
    ),
  ) as Record<string, string>;
  const format = 'json' as const;
  let refused = 0;
  let verified = 0;
  const damage = fc.oneof(
    {
      weight: 4,
      arbitrary: damaged(JSON.parse(texts['evidence.json']!)).map((data) => ({ name: 'evidence.json', data })),
    },
    {
      weight: 1,
      arbitrary: damaged(JSON.parse(texts['manifest.json']!)).map((data) => ({ name: 'manifest.json', data })),
    },
  );
  await fc.assert(
    fc.asyncProperty(damage, async ({ name, data }) => {
      await writeFile(path.join(pack, name), JSON.stringify(data));
      const isBad = await isRefused(() =>
        report(pack, { out: path.join(folder, 'rendered'), format }, testContext().context),
      );
      await isRefused(() => diff(pack, other, { format }, testContext().context));
      await isRefused(() => diff(other, pack, { format }, testContext().context));
      let code: number | undefined;
      await isRefused(async () => {
        code = await verify(pack, { format }, testContext().context);
      });
      verified += code === 0 ? 1 : 0;
      refused += isBad ? 1 : 0;
      await writeFile(path.join(pack, name), texts[name]!);
    }),
    { numRuns, seed },
  );
  expect(refused).toBeGreaterThan(numRuns / 4);
  // A pack with any change is no longer the one that was written.
  expect(verified).toBe(0);
});

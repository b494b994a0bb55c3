import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';

import { expect, it } from 'vitest';

import { indexFaults, readIndex } from '../pack/ledger/index-files.ts';
import { rowFaults } from '../pack/ledger/rows.ts';
import { readManifest, verifyFiles } from '../pack/manifest.ts';
import { readEvidence } from '../pack/read-pack.ts';
import { readProject } from '../pipeline/project.ts';
import { repository } from '../testing/cli.ts';
import { junitFaults, sarifFaults } from '../testing/schemas.ts';

it('the committed example is one intact pack of the current inputs; `npm run evidence`, then `npm run rolecall -- prune --keep 1`, makes it anew', async () => {
  const reports = path.join(repository, 'reports');
  const packs = await readdir(path.join(reports, 'runs'));
  expect(packs).toHaveLength(1);
  const pack = path.join(reports, 'runs', packs[0]!);
  const { manifest, digest } = await readManifest(pack);
  expect(await verifyFiles(pack, manifest)).toEqual([]);
  const index = await readIndex(reports);
  expect([...indexFaults(index, undefined), ...rowFaults(index.lines, packs[0]!, digest)]).toEqual([]);

  const { run, verdict } = await readEvidence(pack);
  const { inputsSha256 } = await readProject(path.join(repository, 'db', 'contract.yaml'));
  expect(run.inputs_sha256).toBe(inputsSha256);
  expect(verdict.status).toBe('pass');

  expect(sarifFaults(await readFile(path.join(pack, 'sarif.json'), 'utf8'))).toEqual([]);
  expect(await junitFaults(await readFile(path.join(pack, 'junit.xml'), 'utf8'))).toEqual([]);
});

it('the reports of this repository are small: at most 1 MiB in all', async () => {
  const folder = path.join(repository, 'reports');
  const files = await readdir(folder, { recursive: true, withFileTypes: true });
  const sizes = await Promise.all(
    files.filter((file) => file.isFile()).map((file) => stat(path.join(file.parentPath, file.name))),
  );
  expect(sizes.reduce((sum, { size }) => sum + size, 0)).toBeLessThanOrEqual(1024 * 1024);
});

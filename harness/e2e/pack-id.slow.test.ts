import { copyFile, readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

import { expect, it } from 'vitest';

import { rolecall } from '../testing/cli.ts';
import { smallProject } from '../testing/small-project.ts';

const driver = createRequire(import.meta.url).resolve('pg');
/** A program that migrates, as in a contract's `migrations.command`: the contract and its files do not show what it does. */
const program = (grants: string) => `
  const { Client } = require(${JSON.stringify(driver)});
  const client = new Client(process.env.DB_URL);
  client.connect()
    .then(() => client.query('create table if not exists public.orders (id integer generated always as identity primary key, item text)'))
    .then(() => process.argv[2] === '2' && client.query('grant ${grants} on public.orders to app'))
    .then(() => client.end());
`;

it(
  'the same state has the same pack, and what a migration program builds otherwise has another one',
  { timeout: 180_000 },
  async () => {
    await using project = await smallProject({
      'db/contract.yaml': (text) =>
        text.replace(
          'migrations: { folder: migrations }',
          `migrations: { command: ["${process.execPath}", "migrate.cjs", "{revision}"], url_env: DB_URL }`,
        ),
      'migrate.cjs': program('select, insert'),
      'other.cjs': program('select, insert, delete'),
    });
    const packOf = async () => {
      const { exitCode, stdout, stderr } = await rolecall(['run', '--format', 'json'], { cwd: project.folder });
      expect(stdout, stderr).not.toBe('');
      return { exitCode, pack: (JSON.parse(stdout) as { pack: string }).pack };
    };
    const first = await packOf();
    expect([first.exitCode, await packOf()]).toEqual([0, first]);

    await copyFile(project.file('other.cjs'), project.file('migrate.cjs'));
    const changed = await packOf();
    expect(changed.exitCode).toBe(1);
    expect(changed.pack).not.toBe(first.pack);
    // The earlier evidence still exists, with its row.
    expect(await readdir(project.file('reports/runs'))).toHaveLength(2);
    expect(
      (await readFile(project.file('reports/INDEX.md'), 'utf8')).split('\n').filter((line) => line.includes('(runs/')),
    ).toHaveLength(2);
  },
);

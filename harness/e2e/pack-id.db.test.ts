import { createRequire } from 'node:module';
import { readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { expect, it } from 'vitest';

import { rolecall } from '../testing/cli.ts';
import { smallProject } from '../testing/small-project.ts';

const driver = createRequire(import.meta.url).resolve('pg');

/** A program that migrates: no file of it is among those that the contract names. */
const program = `
const { Client } = require(${JSON.stringify(driver)});
const { readFileSync } = require('node:fs');
(async () => {
  const client = new Client({ connectionString: process.env.DB_URL });
  await client.connect();
  await client.query('create table if not exists public.orders (id integer generated always as identity primary key, item text)');
  if (process.argv[2] === '2') await client.query(readFileSync(__dirname + '/second.sql', 'utf8'));
  await client.end();
})();
`;

it('a changed migration of a program makes another pack, beside the one before', { timeout: 120_000 }, async () => {
  await using project = await smallProject({
    'tool/migrate.cjs': program,
    'tool/second.sql': 'grant select, insert on public.orders to app',
    'db/contract.yaml': (text) =>
      text.replace(
        'migrations: { folder: migrations }',
        `migrations: { command: [${JSON.stringify(process.execPath)}, tool/migrate.cjs, "{revision}"], url_env: DB_URL }`,
      ),
  });
  const run = async () => {
    const args = ['run', '--contract', project.contract, '--out', project.file('reports'), '--format', 'json'];
    const { exitCode, stdout, stderr } = await rolecall(args, { cwd: project.folder });
    expect(stderr).not.toContain('internal error');
    return [exitCode, path.basename((JSON.parse(stdout) as { pack: string }).pack)] as const;
  };
  const [code, first] = await run();
  expect(code).toBe(0);
  await writeFile(project.file('tool/second.sql'), 'grant select, insert, delete on public.orders to app');
  const [broken, second] = await run();
  expect(broken).toBe(1);
  expect((await readdir(project.file('reports/runs'))).toSorted()).toEqual([first, second].toSorted());
  expect(second).not.toBe(first);
});

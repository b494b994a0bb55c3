import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { repository } from '../testing/cli.ts';

let folder: string;
const inFolder = (program: string, ...args: string[]) =>
  execa(program, args, { cwd: folder, reject: false, stdin: 'ignore', env: { NO_COLOR: '1' } });

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'rolecall-package-'));
  // Other tests run the compiled program, so it must not be compiled again at the same time.
  const compiled = process.env['ROLECALL_TEST_PROGRAM'] === undefined ? [] : ['--ignore-scripts'];
  await execa('npm', ['pack', '--silent', ...compiled, '--pack-destination', folder], { cwd: repository });
  const [tarball] = await readdir(folder);
  await writeFile(path.join(folder, 'package.json'), '{ "private": true, "type": "module" }');
  await execa('npm', ['install', '--no-fund', '--no-audit', '--silent', `./${tarball!}`], { cwd: folder });
}, 300_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

const migrations = {
  '001_tables.sql':
    'create role web_api login; create table public.orders (id integer primary key, tenant_id uuid not null);',
  '002_security.sql': `alter table public.orders enable row level security;
create policy own on public.orders using (tenant_id = nullif(current_setting('shop.tenant', true), '')::uuid);
grant select, insert on public.orders to web_api;`,
};

describe('the package in an empty folder', () => {
  it('drafts, runs, and renders the pack again', async () => {
    for (const [name, text] of Object.entries(migrations)) {
      await writeFile(path.join(folder, name), text);
    }
    expect(await inFolder('npx', 'rolecall', 'init', '--migrations', '.')).toMatchObject({ exitCode: 0 });
    const { exitCode, stdout } = await inFolder('npx', 'rolecall', 'run', '--format', 'json');
    expect([exitCode, stdout]).toEqual([0, expect.stringContaining('"status":"pass"')]);
    const { pack } = JSON.parse(stdout) as { pack: string };
    expect(await inFolder('npx', 'rolecall', 'report', pack, '--out', 'rendered')).toMatchObject({ exitCode: 0 });
    expect(await inFolder('npx', 'rolecall', 'verify', pack)).toMatchObject({ exitCode: 0 });
  });

  it('is a library: run, check and readPack', async () => {
    await writeFile(
      path.join(folder, 'use.js'),
      `import { check, readPack, run, RolecallError } from 'rolecall';
const { pack, evidence } = await run();
const { fail_closed } = await readPack(pack);
const refused = await check({ url: 'postgresql://nobody@127.0.0.1:1/none' }).catch((error) => error);
console.log(JSON.stringify([evidence.verdict.status, fail_closed.length > 0, refused instanceof RolecallError]));`,
    );
    const { stdout, stderr } = await inFolder('node', 'use.js');
    expect([stdout, stderr]).toEqual(['["pass",true,true]', '']);
  });
});

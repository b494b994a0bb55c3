import { cp, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { execa } from 'execa';
import { describe, expect, it } from 'vitest';

import { emptyFolder } from '../testing/empty-folder.ts';

const fixture = (name: string) => fileURLToPath(new URL(`../e2e/fixtures/${name}`, import.meta.url));
const { file, put, read, at } = emptyFolder();

const shop = {
  'db/migrations/001_tables.sql': `
    create role web_api login;
    create role readers nologin;
    create type public.state as enum ('new', 'paid');
    create table public.tenants (id uuid primary key default gen_random_uuid(), name varchar(12) not null unique);
    create table public.orders (
      id integer generated always as identity primary key,
      tenant_id uuid not null references public.tenants,
      state public.state not null,
      rating integer not null check (rating between 1 and 5),
      code text not null check (code in ('red', 'green'))
    );
    grant readers to web_api;`,
  'db/migrations/002_security.sql': `
    alter table public.orders enable row level security;
    create policy own on public.orders
      using (tenant_id = nullif(current_setting('shop.tenant', true), '')::uuid);
    grant select, insert on public.orders to readers;`,
};

describe('init', () => {
  it('names another contract in the workflow, which it puts where GitHub looks for it', async () => {
    for (const [name, text] of Object.entries(shop)) {
      await put(`api/${name}`, text);
    }
    await put('.git/HEAD', '');
    const drafted = await at('init', '--migrations', 'api/db/migrations', '--contract', 'api/db/roles.yaml');
    expect(drafted).toMatchObject({ exitCode: 0 });
    expect(drafted.stdout).toContain('wrote  .github/workflows/rolecall.yml\n');
    expect(await read('.github/workflows/rolecall.yml')).toContain('contract: api/db/roles.yaml\n');
  });

  it('drafts a contract, seeds, suites and a workflow that pass as they stand', async () => {
    for (const [name, text] of Object.entries(shop)) {
      await put(name, text);
    }
    const drafted = await at('init');
    expect(drafted.stderr).toContain('built from the migrations up to 002');
    expect(drafted).toMatchObject({ exitCode: 0 });
    expect(drafted.stdout).toContain('Look at these first:\n1. ');
    expect(drafted.stdout).toContain('The draft passes as it stands');
    const contract = await read('db/contract.yaml');
    expect(contract).toContain('setting: shop.tenant');
    expect(contract).toContain('web_api: { kind: login, member_of: [ readers ] }');
    expect(contract).toContain('until: ');
    // Two tenants with rows that satisfy the type, the CHECKs and the key.
    expect((await read('db/seeds/10_two_tenants.sql')).match(/insert into public\.orders/g)).toHaveLength(2);
    expect((await readdir(file('pgtap/suites'))).toSorted()).toEqual([
      '01_grants.sql',
      '02_row_security.sql',
      '03_isolation_web_api.sql',
    ]);
    expect(await read('.github/workflows/rolecall.yml')).toContain('contract: db/contract.yaml\n');

    const ran = await at('run', '--format', 'json');
    expect(ran).toMatchObject({ exitCode: 0 });

    // What comes later is not part of what was accepted.
    await put('db/migrations/003_later.sql', 'grant delete on public.orders to web_api;');
    const later = await at('run');
    expect(later.exitCode).toBe(1);
    expect(later.stdout).toContain('undeclared-access web_api has DELETE on table public.orders');
  });

  it('damages a table with rows of both tenants, and drafts no suite for a login that reads none', async () => {
    await put('db/migrations/001_roles.sql', 'create role web login; create role report login;');
    await put(
      'db/migrations/002_tables.sql',
      ['agreements', 'orders']
        .map(
          (table) => `
            create table public.${table} (
              id int primary key, tenant_id int not null, code text not null unique ${table === 'orders' ? '' : "check (md5(code) = 'c4ca4238a0b923820dcc509a6f75849b' or '1' = 'a')"}
            );
            alter table public.${table} enable row level security;
            create policy own on public.${table} using (tenant_id = nullif(current_setting('app.tenant', true), '')::int);
            grant select on public.${table} to web;`,
        )
        .join('\n'),
    );
    await put('db/migrations/003_report.sql', 'grant select on public.agreements to report;');
    const drafted = await at('init');
    expect(drafted).toMatchObject({ exitCode: 0 });
    expect(drafted.stdout).toContain('- public.agreements: ');
    expect(drafted.stdout).toContain('No suite says that report sees no row of another tenant');
    expect(drafted.stdout).not.toContain('control-unnoticed');
    expect(await read('pgtap/controls/03_isolation_web.sql')).toContain('public.orders');
    expect(await readdir(file('pgtap/suites'))).toHaveLength(3);
  });

  it('makes the roles that migrations take for granted, and a login where there is none', async () => {
    await put(
      'migrations/1_notes.sql',
      'create table public.notes (id int primary key); grant select on public.notes to reporting;',
    );
    const { exitCode, stdout } = await at('init');
    expect(exitCode).toBe(0);
    expect(await read('db/provision/before.sql')).toContain('create role "reporting" login;');
    expect(stdout).toContain('The migrations take roles for granted: reporting (LOGIN)');
    const contract = await read('db/contract.yaml');
    expect(contract).toContain('folder: ../migrations');
    // The role may exist already, as on any server that is not new.
    expect(contract).not.toContain('path-diverges');
  });

  it('names a leak of the migrations first', async () => {
    await cp(path.join(fixture('jwt-claims'), 'migrations'), file('db/migrations'), { recursive: true });
    await cp(path.join(fixture('jwt-claims'), 'provision/before.sql'), file('roles.sql'));
    await put('db/migrations/003_leak.sql', 'create policy leak on public.docs for select to app using (true);');
    const { exitCode, stdout } = await at('init', '--provision', 'roles.sql');
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/Look at these first:\n1\. fail-open: .*public\.docs/);
    const contract = await read('db/contract.yaml');
    await writeFile(file('db/contract.yaml'), contract.replace(/\naccepted:[^]*$/, '\n'));
    const ran = await at('run');
    expect(ran.exitCode).toBe(1);
    expect(ran.stdout).toContain('finding       fail-open');
  });

  it('with --update prints what is new as a diff, which makes the contract whole again', async () => {
    for (const [name, text] of Object.entries(shop)) {
      await put(name, text);
    }
    expect(await at('init')).toMatchObject({ exitCode: 0 });
    const before = await read('db/contract.yaml');
    expect(await at('init', '--update')).toMatchObject({
      exitCode: 0,
      stdout: '',
      stderr: expect.stringContaining('nothing is new') as unknown,
    });
    await put(
      'db/migrations/003_later.sql',
      `create role auditor login; grant usage on schema public to auditor;
       create table public.rates (id int primary key); grant select on public.rates to auditor;
       grant update (code, rating) on public.orders to web_api;`,
    );
    const { exitCode, stdout } = await at('init', '--update');
    expect(exitCode).toBe(0);
    expect(await read('db/contract.yaml')).toBe(before);
    expect(stdout).toMatch(/^\+ +auditor:/m);
    await put('new.patch', `${stdout}\n`);
    await execa('git', ['init', '--quiet'], { cwd: file() });
    await execa('git', ['apply', 'new.patch'], { cwd: file() });
    expect(await at('init', '--update')).toMatchObject({ stdout: '' });
    const ran = await at('run');
    expect(ran.stdout).not.toContain('undeclared');
  });

  it('takes the newest migration for the baseline where it makes a table that seeds fill', async () => {
    await put('db/migrations/1_roles.sql', 'create role web_api login;');
    await put(
      'db/migrations/2_notes.sql',
      `create table public.notes (id uuid primary key default gen_random_uuid(), tenant_id uuid not null);
       alter table public.notes enable row level security;
       create policy own on public.notes using (tenant_id = nullif(current_setting('shop.tenant', true), '')::uuid);
       grant select on public.notes to web_api;`,
    );
    const { exitCode, stdout } = await at('init');
    expect([exitCode, stdout]).toEqual([0, expect.stringContaining('it is the baseline as well')]);
    expect(await read('db/contract.yaml')).toContain('baseline: "2"');
    expect(await at('run')).toMatchObject({ exitCode: 0 });
  });
});

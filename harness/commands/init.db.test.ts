import { readdir } from 'node:fs/promises';

import { describe, expect, it } from 'vitest';

import { emptyFolder } from '../testing/empty-folder.ts';

const { file, put, read, at } = emptyFolder();

const supabase = `
create table public.orgs (id uuid primary key default gen_random_uuid(), name text not null);
create table public.members (
  org uuid not null references public.orgs, person uuid not null references auth.users, primary key (org, person)
);
create table public.odd (id integer primary key, note text);
create table public.api_keys (id uuid primary key default gen_random_uuid(), org uuid not null references public.orgs, hash text not null);
alter table public.orgs enable row level security;
alter table public.members enable row level security;
alter table public.odd enable row level security;
alter table public.api_keys enable row level security;
create function public.is_member_of(which uuid) returns boolean language sql security definer stable
as $$ select exists (select from members m where m.org = which and m.person = auth.uid()) $$;
create function public.org_key(called text) returns text language sql security definer stable set search_path = ''
as $$ select k.hash from public.api_keys k join public.orgs o on o.id = k.org where o.name = called $$;
create policy members on public.orgs to authenticated using (public.is_member_of(id));
create policy own on public.members to authenticated using (public.is_member_of(org) or person = auth.uid());
create policy odd on public.odd to authenticated using (length(note) > 3 and auth.role() = 'authenticated');
`;

describe('init', () => {
  it('takes back nothing of the project’s and leaves nothing where the migrations fail', async () => {
    await put('db/migrations/001_bad.sql', 'create table oops (');
    const { exitCode, stderr } = await at('init');
    expect(exitCode).toBe(2);
    expect(stderr).toContain('001_bad.sql');
    expect((await readdir(file(), { recursive: true })).toSorted()).toEqual([
      'db',
      'db/migrations',
      'db/migrations/001_bad.sql',
    ]);
  });

  it('writes over nothing', async () => {
    await put('db/migrations/001_a.sql', 'create table public.a (id int)');
    await put('db/contract.yaml', 'version: 1\n');
    const { exitCode, stderr } = await at('init');
    expect(exitCode).toBe(2);
    expect(stderr).toContain('db/contract.yaml: there already, and init writes over nothing');
    expect(await read('db/contract.yaml')).toBe('version: 1\n');
  });

  it('refuses flags that say nothing, all at once, before anything is built', async () => {
    const { exitCode, stderr } = await at('init', '--login', 'a=b', '--down', 'x', '--update', '--migrations', 'm');
    expect([exitCode, stderr]).toEqual([
      2,
      expect.stringMatching(/--login says nothing with --update[^]*--migrations says nothing[^]*--down says nothing/),
    ]);
  });

  it('refuses an Alembic project that would migrate another database than it is told', async () => {
    await put('alembic.ini', '[alembic]\nscript_location = alembic\nsqlalchemy.url = postgresql://production/app\n');
    await put('alembic/env.py', 'from alembic import context\n');
    const { exitCode, stderr } = await at('init');
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('takes no URL from the environment')]);
    expect(await readdir(file())).toEqual(['alembic', 'alembic.ini']);
  });

  it('refuses a program that leaves the database it is given empty', async () => {
    const command = `${process.execPath.replaceAll(' ', '\\ ')} --version {revision}`;
    const { exitCode, stderr } = await at('init', '--command', command, '--baseline', '1', '--head', '2');
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('in DATABASE_URL has no table')]);
    expect(await readdir(file())).toEqual([]);
  });

  it('drafts a Supabase project whose members are asked by a definer function, and tells what it does and is unsure of', async () => {
    await put('supabase/migrations/1_orgs.sql', supabase);
    const { exitCode, stdout, stderr } = await at('init');
    expect(exitCode).toBe(0);
    expect(stderr).toMatch(
      /runs the draft[^\n]*\nrun 1 of the draft: \d+ findings.*\n(?:run \d of the draft: \d+ findings.*\n)*run \d of the draft: it passes as it stands$/,
    );
    const contract = await read('db/contract.yaml');
    const unsure = 'Whose the rows of public.odd, public.orgs are was not understood';
    expect(contract.slice(0, contract.indexOf('version:'))).toContain(unsure);
    expect(stdout.slice(stdout.indexOf('The draft is unsure'))).toContain(unsure);
    const definers =
      /No call showed whose rows these SECURITY DEFINER functions give or change.*public\.org_key\(text\)/;
    expect(contract.slice(0, contract.indexOf('version:')).replaceAll(/\s*\n#\s*/g, ' ')).toMatch(definers);
    expect(stdout.slice(stdout.indexOf('The draft is unsure'))).toMatch(definers);
    expect(stdout).not.toContain('public.api_keys are');
    expect(contract).toMatch(/public\.api_keys:\n {4}rows: none\n/);
    expect(stdout).toMatch(
      /Accepted until .*\n- \d+ findings: \d+ [^\n]*\n- \d+ findings? of service_role, which goes past every policy/,
    );
    expect(contract.match(/code: privilege-past-policies\n[^-]*identity: service_role/g)).toHaveLength(1);
  });
});

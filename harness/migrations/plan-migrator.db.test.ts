import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { ParsedContract } from '../contract/contract.ts';
import type { Target } from '../postgres/target.ts';
import { stateOf } from '../pipeline/head-state.ts';
import { startTestServer, type TestServer } from '../testing/server.ts';
import { readPlan } from './plan.ts';
import { planMigrator } from './sql-folder.ts';

const { signal } = new AbortController();
let server: TestServer;
let root: string;
let made = 0;
beforeAll(async () => {
  server = await startTestServer();
  root = await mkdtemp(path.join(tmpdir(), 'rolecall-plan-'));
});
afterAll(async () => {
  await server.stop();
  await rm(root, { recursive: true });
});

interface Given {
  files: Record<string, string>;
  before?: string[];
  as?: string;
  standIns?: Record<string, string>;
}

/** A database that is migrated to the newest revision, and its name. */
async function migrated({ files, before = [], as, standIns = {} }: Given): Promise<{ name: string; target: Target }> {
  const name = `plan${++made}`;
  const folder = path.join(root, name, 'migrations');
  const write = async (file: string, text: string) => {
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, text);
    return file;
  };
  for (const [file, text] of Object.entries(files)) {
    await write(path.join(folder, file), text);
  }
  const standInFiles: Record<string, string> = {};
  for (const [extension, text] of Object.entries(standIns)) {
    standInFiles[extension] = await write(path.join(root, name, `${extension}.sql`), text);
  }
  await server.createDatabase(name);
  for (const statement of before) {
    await server.query(statement, name);
  }
  const plan = readPlan(folder, undefined, standInFiles);
  const target = server.target(name);
  await planMigrator(plan, signal, { as }).up(target, plan.migrations.at(-1)!.revision);
  return { name, target };
}

describe('the tool’s own tables', () => {
  const contract = (layout: string, tables = {}) =>
    ({ migrations: { folder: '', layout }, tables, schemas: {} }) as unknown as ParsedContract;

  it('are there where migrations speak of them, and are not judged unless the contract names them', async () => {
    const { target, name } = await migrated({
      files: { '1_a.sql': '-- migrate:up\ngrant select on schema_migrations to pg_monitor;' },
    });
    const without = await migrated({ files: { '1_a.sql': '-- migrate:up\nselect 1;' } });
    expect(await server.query('select version from schema_migrations', name)).toEqual([]);
    const facts = async (one: Target, of?: ParsedContract) => (await stateOf(one, signal, of)).facts;
    const bare = await facts(without.target, contract('dbmate'));
    expect(await facts(target, contract('dbmate'))).toEqual(bare);
    expect((await facts(target, contract('dbmate', { 'public.schema_migrations': {} }))).length).toBeGreaterThan(
      bare.length,
    );
  });

  it('are left to migrations that make them, with what hangs on them', async () => {
    const { target } = await migrated({
      files: {
        'structure.sql': `create table public.schema_migrations (version varchar primary key);
          create table public.ar_internal_metadata (key varchar primary key, at serial);
          create table public.kept (id serial);
          alter table public.schema_migrations enable row level security;
          create policy p on public.schema_migrations using (true);
          insert into public.schema_migrations values ('1');`,
      },
    });
    const { facts } = await stateOf(target, signal, contract('pg-dump'));
    expect(facts.filter(({ object }) => /schema_migrations|ar_internal/.test(object))).toEqual([]);
    expect(facts.some(({ object }) => object === 'public.kept_id_seq')).toBe(true);
  });

  it('in a schema of their own are not judged either', async () => {
    const { target } = await migrated({
      files: {
        'meta/_journal.json': '{"entries":[{"idx":0,"tag":"0_a"}]}',
        '0_a.sql': 'grant usage on schema drizzle to pg_monitor;',
      },
    });
    expect(
      (await stateOf(target, signal, contract('drizzle'))).facts.filter(({ object }) => object.includes('drizzle')),
    ).toEqual([]);
  });
});

describe('migrations as a role', () => {
  const roles = [
    'create role owner1 nologin',
    'create role deployer1 nologin',
    'grant owner1 to deployer1',
    'alter role deployer1 set role owner1',
  ];
  const roleSql = (statement: string) => `do $$ begin ${statement}; exception when duplicate_object then null; end $$`;
  const before = [...roles.map(roleSql), 'grant create on schema public to owner1, deployer1'];
  const table = { '1_a.sql': 'create table a (id int);' };
  const ownerOf = async (name: string) =>
    (await server.query(`select relowner::regrole::text as owner from pg_class where relname = 'a'`, name))[0]![
      'owner'
    ];

  it('are its own, and its default privileges apply', async () => {
    const { name } = await migrated({
      files: table,
      as: 'owner1',
      before: [...before, 'alter default privileges for role owner1 grant select on tables to pg_monitor'],
    });
    expect(await ownerOf(name)).toBe('owner1');
    expect((await server.query(`select has_table_privilege('pg_monitor', 'a', 'SELECT') as can`, name))[0]).toEqual({
      can: true,
    });
    // As before: no role can log in afterwards that could not before.
    expect((await server.query(`select rolcanlogin as login from pg_roles where rolname = 'owner1'`))[0]).toEqual({
      login: false,
    });
  });

  it('are those of the role that its settings take', async () => {
    expect(await ownerOf((await migrated({ files: table, as: 'deployer1', before })).name)).toBe('owner1');
  });

  it('see of the rows what it sees', async () => {
    const files = {
      '1_a.sql': `create table a (id int); insert into a values (1), (2);
        alter table a enable row level security; alter table a force row level security; create policy p on a using (id = 1);`,
      '2_b.sql': 'create table b as select * from a;',
    };
    const { name } = await migrated({ files, as: 'owner1', before });
    expect(await server.query('select id from b', name)).toEqual([{ id: 1 }]);
  });

  it('are refused where it is not there, or may not make anything', async () => {
    await expect(migrated({ files: table, as: 'nobody1' })).rejects.toThrow(
      expect.objectContaining({
        code: 'bad-contract',
        message: 'the migrations run as nobody1 (migrations.as), a role that is not there when they begin',
        next: expect.stringContaining('provision.before'),
      }),
    );
    await expect(migrated({ files: table, as: 'owner1', before: before.slice(0, -1) })).rejects.toThrow(
      expect.objectContaining({
        code: 'migration-failed',
        next: expect.stringContaining('grant create on schema public'),
      }),
    );
  });
});

describe('a stand-in for an extension', () => {
  const vector = `create domain vector as text;
    create function vector_dims(vector) returns int language sql as 'select 1';
    create access method hnsw type index handler hashhandler;`;
  const files = {
    '1_a.sql': `-- a comment
      CREATE EXTENSION IF NOT EXISTS vector WITH SCHEMA public;
      create extension "vector";
      comment on extension vector is 'vectors';
      alter extension vector update;
      create table a (v vector);`,
  };

  it('is that extension, whose objects are its own', async () => {
    const { name, target } = await migrated({ files, standIns: { vector } });
    const { facts } = await stateOf(target, signal);
    const ofVector = facts.filter(({ property, detail }) => property === 'owner' && detail['extension'] === 'vector');
    expect(ofVector.map(({ kind, object }) => `${kind} ${object}`)).toEqual(
      expect.arrayContaining(['function public.vector_dims(public.vector)', 'type public.vector']),
    );
    expect(facts.some(({ object, detail }) => object === 'public.a' && 'extension' in detail)).toBe(false);
    // Without what the server itself made, such as a schema for temporary tables.
    expect(
      await server.query(
        `select pg_describe_object(classid, objid, 0) as member from pg_depend where deptype = 'e' and refobjid = (select oid from pg_extension where extname = 'vector') order by member`,
        name,
      ),
    ).toEqual([
      { member: 'access method hnsw' },
      { member: 'function vector_dims(vector)' },
      { member: 'type vector' },
    ]);
    await expect(server.query('drop extension vector', name)).rejects.toThrow(/other objects depend on it/);
    await server.query('drop extension vector cascade', name);
    expect(await server.query(`select from pg_am where amname = 'hnsw'`, name)).toEqual([]);
  });

  it('is made by the superuser, whoever migrates', async () => {
    await server.query('create role owner2 nologin');
    const before = ['grant create on schema public to owner2'];
    const { name } = await migrated({
      files: { '1_a.sql': 'create extension if not exists vector;create table a (v vector);' },
      standIns: { vector },
      as: 'owner2',
      before,
    });
    expect(
      await server.query("select extowner::regrole::text as owner from pg_extension where extname = 'vector'", name),
    ).toEqual([{ owner: 'postgres' }]);
  });

  it('that fails is named with its line, and one that is missing with the way out', async () => {
    await expect(migrated({ files, standIns: { vector: 'select 1;\ncreate domian vector;' } })).rejects.toThrow(
      /vector\.sql:2:8/,
    );
    await expect(migrated({ files })).rejects.toThrow(
      expect.objectContaining({
        next: expect.stringMatching(/--topology compose.*stand_ins: \{ vector: FILE\.sql \}/),
      }),
    );
  });
});

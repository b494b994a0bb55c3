import path from 'node:path';

import { describe, expect, it } from 'vitest';

import { judgePaths } from '../proofs/build-paths/judge.ts';
import { repository } from '../testing/cli.ts';
import { contractFile } from '../testing/head.ts';
import { builtAsMigrator, foundIn } from '../testing/as-migrator.ts';
import { smallProject } from '../testing/small-project.ts';

const small = async (migrator: string, more: Parameters<typeof smallProject>[0] = {}) => {
  const project = await smallProject({
    'db/contract.yaml': (text) => text.replace('identities:', `migrator: ${migrator}\nidentities:`),
    ...more,
  });
  return { ...project, build: () => builtAsMigrator(project.contract) };
};

describe('head built as the migrator of production', () => {
  it('is the same but for owners and grantors, of this project too', async () => {
    const path = await builtAsMigrator(contractFile);
    expect(foundIn(path)).toEqual([]);
    expect(path).toMatchObject({ path: 'as-migrator', same: true, migrator: 'admin', fingerprint: path.expected });
    expect(path.owners!.map(({ what, expected, reached }) => [what, expected, reached])).toEqual([
      ['grantor', 'postgres', 'admin'],
      ['owner', 'postgres', 'admin'],
    ]);
  });

  it('stops at what the server refuses: file and line, in a block too', async () => {
    const { build } = await small('{ role: deployer2 }', {
      'db/migrations/2_grants.sql': (text) => `${text}
do $$
begin
  perform 1;
  alter role app
    nosuperuser;
end
$$;`,
    });
    expect(foundIn(await build())).toEqual(['role-attributes-denied migrations/2_grants.sql:6']);
  });

  it('is another state where a warning hides that nothing was taken away', async () => {
    const { build } = await small('{ role: deployer2 }', {
      'db/migrations/2_grants.sql': (text) =>
        `${text}revoke execute on function pg_catalog.pg_sleep(double precision) from public;`,
    });
    expect(foundIn(await build())).toEqual([expect.stringMatching(/^path-diverges .*pg_sleep/s)]);
  });

  it('gets what the platform gives first; its test data are not a question of rights', async () => {
    const { build } = await small('{ platform: rds, role: deployer2, given: given.sql }', {
      'db/contract.yaml': (text) =>
        text.replace(
          'identities:',
          'migrator: { platform: rds, role: deployer2, given: given.sql }\nseeds: seeds\nidentities:',
        ),
      'db/given.sql': 'create role auditor bypassrls; create extension pg_buffercache;',
      'db/migrations/2_grants.sql': (text) => `${text}
do $$ begin if pg_catalog.to_regrole('auditor') is null then create role auditor bypassrls; end if; end $$;
create extension if not exists pg_buffercache;
alter table public.orders enable row level security;
alter table public.orders force row level security;`,
      'db/seeds/1.sql': `insert into public.orders (item) values ('x'); create function public.seeded() returns int language sql return 1;`,
    });
    expect(foundIn(await build())).toEqual([]);
  });

  it('is told to ask for itself where provisioning makes it', async () => {
    const { build } = await small('{}');
    expect(foundIn(await build())).toEqual([expect.stringMatching(/^role-is-there .*provision\.sql:2$/)]);
  });

  it('keeps a membership that a migration gives its own role and forgets, as a difference to head alone', async () => {
    const { build } = await small('{ role: deployer2 }', {
      'db/migrations/2_grants.sql': (text) => `${text}
do $$ begin if not (select rolsuper from pg_roles where rolname = current_user) then grant app to current_user; end if; end $$;`,
    });
    expect(foundIn(await build())).toEqual([
      expect.stringMatching(/^path-diverges .*\+ membership app postgres member/s),
    ]);
  });
});

it('a program migrates by the login of the migrator, and what it is refused is found', async () => {
  const program = (last: string) => `
    import { createRequire } from 'node:module';
    const { Client } = createRequire(${JSON.stringify(path.join(repository, 'package.json'))})('pg');
    const client = new Client(process.env.URL);
    await client.connect();
    for (const sql of ['create table public.orders (id int)', 'grant select, insert on public.orders to app', ${JSON.stringify(last)}]) {
      await client.query(sql).catch((error) => {
        console.error(error.message + '\\n\\n[SQL: ' + sql + ']');
        process.exit(1);
      });
    }
    await client.end();`;
  const build = async (last: string) => {
    const project = await small('{ role: deployer2 }', {
      'db/contract.yaml': (text) =>
        text
          .replace('{ folder: migrations }', `{ command: [${process.execPath}, migrate.mjs], url_env: URL, cwd: . }`)
          .replace('identities:', 'migrator: { role: deployer2 }\nidentities:'),
      'db/migrate.mjs': program(last),
    });
    return project.build();
  };
  expect(await build('select 1')).toMatchObject({
    same: true,
    owners: [{ reached: 'deployer2' }, { reached: 'deployer2' }],
  });
  expect(judgePaths([await build('alter table public.orders owner to app')])).toMatchObject([
    { code: 'migrator-refused', object: 'migrations', access: 'owner-is-another' },
  ]);
});

describe('on a managed server', () => {
  it('the migrator creates the extensions that its provider lets it create, which are not its own, and no others', async () => {
    const { build } = await small('{ platform: rds, role: deployer2 }', {
      'db/migrations/2_grants.sql': (text) => `${text}
create extension pg_buffercache;
create extension if not exists earthdistance cascade;
do $$ begin create extension dblink; end $$;
grant execute on function public.earth() to app;`,
    });
    expect(foundIn(await build())).toEqual([
      expect.stringMatching(/^path-diverges .*: 1 fact differs: - function public.earth\(\) app EXECUTE/s),
    ]);
    const other = await small('{ platform: rds, role: deployer2 }', {
      'db/migrations/2_grants.sql': (text) => `${text}
do $$
begin
  create extension pg_surgery;
end $$;`,
    });
    expect(foundIn(await other.build())).toEqual(['extension-untrusted migrations/2_grants.sql:5']);
  });

  it('the migrator makes an event trigger where its provider allows it', async () => {
    const trigger = {
      'db/migrations/2_grants.sql': (text: string) => `${text}
create function public.noted() returns event_trigger language plpgsql as $$ begin end $$;
-- told
create event trigger noted on ddl_command_end execute function public.noted();
create table public.later (id int);`,
    };
    const allowed = await small('{ platform: supabase, role: deployer2 }', trigger);
    expect(foundIn(await allowed.build())).toEqual([]);
    const refused = await small('{ platform: azure, role: deployer2 }', trigger);
    expect(foundIn(await refused.build())).toEqual(['event-trigger migrations/2_grants.sql:5']);
  });

  it('the migrator sets what its provider lets it set', async () => {
    const setting = {
      'db/migrations/2_grants.sql': (text: string) => `${text}
set session_replication_role = replica;
insert into public.orders (item) values ('x');
reset session_replication_role;
set local Session_Replication_Role to origin;
do $$ begin if (select rolsuper from pg_roles where rolname = current_user and rolname = 'deployer2') then raise 'is left'; end if; end $$;`,
    };
    const allowed = await small('{ platform: supabase, role: deployer2 }', setting);
    expect(foundIn(await allowed.build())).toEqual([]);
    const refused = await small('{ platform: stock, role: deployer2 }', setting);
    expect(foundIn(await refused.build())).toEqual(['superuser-setting migrations/2_grants.sql:3']);
  });

  it('the roles of the provider are refused where it says so', async () => {
    const { build } = await small('{ platform: supabase, role: deployer2 }', {
      'db/migrations/2_grants.sql': (text) => `${text}
drop role if exists anon;`,
    });
    expect(foundIn(await build())).toEqual(['reserved-role migrations/2_grants.sql:3']);
  });
});

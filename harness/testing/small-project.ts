import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

const files: Record<string, string> = {
  'db/contract.yaml': `version: 1
name: small
title: A small project
revisions: { baseline: "1", head: "2" }
databases: { baseline: small_before, head: small_after }
migrations: { folder: migrations }
provision: { before: provision.sql }
identities: { app: { kind: login }, deployer: { kind: migrator }, postgres: { kind: migrator } }
database: { grants: { PUBLIC: [CONNECT, TEMPORARY] } }
schemas: { public: { grants: { PUBLIC: [USAGE] } } }
tables:
  public.orders: { grants: { app: [SELECT, INSERT] } }
future: { functions: { PUBLIC: [EXECUTE] }, types: { PUBLIC: [USAGE] } }
`,
  'db/provision.sql': `do $$ begin
  if to_regrole('app') is null then create role app login; create role deployer; end if;
end $$;
`,
  'db/migrations/1_tables.sql':
    'create table public.orders (id integer generated always as identity primary key, item text);\n',
  'db/migrations/2_grants.sql': 'grant select, insert on public.orders to app;\n',
  'pgtap/suites/01_orders.sql': `begin; select plan(1); select is(has_table_privilege('app', 'public.orders', 'DELETE'), false, 'app may not delete'); select * from finish(); rollback;\n`,
  'pgtap/controls/01_orders.sql': 'grant delete on public.orders to app;\n',
};

export interface SmallProject extends AsyncDisposable {
  folder: string;
  file(name: string): string;
  contract: string;
  /** Every file below `name`, as one text. */
  textOf(name: string): Promise<string>;
}

/** A project of one table that passes, in a folder of its own. `more` are additional files, or replacements. */
export async function smallProject(
  more: Record<string, string | ((text: string) => string)> = {},
): Promise<SmallProject> {
  const folder = await mkdtemp(path.join(tmpdir(), 'rolecall-small-'));
  const file = (name: string) => path.join(folder, name);
  for (const name of new Set([...Object.keys(files), ...Object.keys(more)])) {
    const given = more[name] ?? files[name]!;
    await mkdir(path.dirname(file(name)), { recursive: true });
    await writeFile(file(name), typeof given === 'string' ? given : given(files[name]!));
  }
  return {
    folder,
    file,
    contract: file('db/contract.yaml'),
    textOf: async (name) => {
      const found = (await readdir(file(name), { recursive: true, withFileTypes: true })).filter((entry) =>
        entry.isFile(),
      );
      return (await Promise.all(found.map((entry) => readFile(path.join(entry.parentPath, entry.name), 'utf8')))).join(
        '\n',
      );
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

import type { LayoutName } from '../contract/layouts.ts';

/**
 * A small schema in three revisions: a tenant's table with row security, a definer function, an index made outside of a
 * transaction.
 */
export const roles = 'create role shop_app login;\ncreate role shop_reader nologin;\n';

const tables = {
  up: `create table public.notes (id integer primary key, tenant_id integer not null, note text default 'a;b');
alter table public.notes enable row level security;
create policy own on public.notes
  using (tenant_id = nullif(current_setting('shop.tenant', true), '')::integer);`,
  down: 'drop table public.notes;',
};
const access = {
  up: `create function public.note_count() returns bigint language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  return (select count(*) from public.notes);
end;
$$;
revoke execute on function public.note_count() from public;
grant select on public.notes to shop_reader;`,
  down: 'drop function public.note_count();\nrevoke select on public.notes from shop_reader;',
};
const grants = {
  up: 'grant select, insert on public.notes to shop_app;',
  down: 'revoke select, insert on public.notes from shop_app;',
};
const steps = [tables, access, grants] as const;

/** A layout with its files, their folder, and the contract's names of the first and the last two revisions. */
export interface LaidOut {
  layout: LayoutName;
  folder: string;
  files: Record<string, string>;
  baseline: string;
  head: string;
  /** Whether it can migrate down. */
  down: boolean;
}

const journal = (tags: readonly string[]) =>
  JSON.stringify({ entries: tags.map((tag, idx) => ({ idx, version: '7', when: idx + 1, tag, breakpoints: true })) });
const files = (write: (step: (typeof steps)[number], at: number) => Record<string, string>) =>
  Object.assign({}, ...steps.map((step, at) => write(step, at + 1))) as Record<string, string>;

/** The same schema in every layout. */
export const laidOut: readonly LaidOut[] = [
  {
    layout: 'plain',
    folder: 'db/migrations',
    files: files(({ up, down }, at) => ({ [`00${at}_step.sql`]: up, [`00${at}_step.down.sql`]: down })),
    baseline: '002',
    head: '003',
    down: true,
  },
  {
    layout: 'supabase',
    folder: 'backend/migrations',
    files: { '../config.toml': 'project_id = "shop"\n', ...files(({ up }, at) => ({ [`2024010${at}_step.sql`]: up })) },
    baseline: '20240102',
    head: '20240103',
    down: false,
  },
  {
    layout: 'drizzle',
    folder: 'drizzle',
    files: {
      'meta/_journal.json': journal(['0000_b', '0001_a', '0002_c']),
      '0000_b.sql': tables.up.replaceAll(/;\n/g, '--> statement-breakpoint\n'),
      '0001_a.sql': access.up,
      '0002_c.sql': grants.up,
      '0003_left.sql': 'never;',
    },
    baseline: '0001_a',
    head: '0002_c',
    down: false,
  },
  {
    layout: 'prisma',
    folder: 'prisma/migrations',
    files: {
      'migration_lock.toml': 'provider = "postgresql"\n',
      ...files(({ up }, at) => ({ [`2024010${at}_step/migration.sql`]: up })),
    },
    baseline: '20240102_step',
    head: '20240103_step',
    down: false,
  },
  {
    layout: 'hasura',
    folder: 'migrations/default',
    files: files(({ up, down }, at) => ({
      [`170000000${at}_step/up.sql`]: up,
      [`170000000${at}_step/down.sql`]: down,
    })),
    baseline: '1700000002_step',
    head: '1700000003',
    down: true,
  },
  {
    layout: 'atlas',
    folder: 'migrations',
    files: {
      'atlas.sum': `h1:x=\n${steps.map((_, at) => `2024010${at + 1}_step.sql h1:x=\n`).join('')}`,
      ...files(({ up }, at) => ({ [`2024010${at}_step.sql`]: up })),
      '20240104_draft.sql': 'never;',
    },
    baseline: '20240102',
    head: '20240103',
    down: false,
  },
  {
    layout: 'dbmate',
    folder: 'db/migrations',
    files: files(({ up, down }, at) => ({
      [`2024010${at}_step.sql`]: `-- migrate:up\n${up}\n\n-- migrate:down\n${down}\n`,
    })),
    baseline: '20240102',
    head: '20240103',
    down: true,
  },
  {
    layout: 'goose',
    folder: 'migrations',
    files: files(({ up, down }, at) => ({
      [`0000${at}_step.sql`]: `-- +goose Up\n${up.replace(/create function[^]*?\$\$;/, (fn) => `-- +goose StatementBegin\n${fn.slice(0, -1)}\n-- +goose StatementEnd`)}\n-- +goose Down\n${down}\n`,
    })),
    baseline: '00002',
    head: '00003',
    down: true,
  },
  {
    layout: 'golang-migrate',
    folder: 'migrations',
    files: files(({ up, down }, at) => ({ [`${at + 8}_step.up.sql`]: up, [`${at + 8}_step.down.sql`]: down })),
    baseline: '10',
    head: '11',
    down: true,
  },
  {
    layout: 'sqitch',
    folder: '.',
    files: {
      'sqitch.conf': '[core]\n\ttop_dir = sql\n[deploy "variables"]\n\treader = shop_reader\n',
      'sql/sqitch.plan': `%syntax-version=1.0.0\n%project=shop\n\ntables 2024-01-01T00:00:00Z A <a@b> # the tables\naccess [tables] 2024-01-02T00:00:00Z A <a@b>\n@v1 2024-01-02T00:00:00Z A <a@b>\n\ngrants [access] 2024-01-03T00:00:00Z A <a@b>\n`,
      ...Object.fromEntries(
        Object.entries({ tables, access, grants }).flatMap(([name, { up, down }]) => [
          [`sql/deploy/${name}.sql`, `BEGIN;\n${up.replace('to shop_reader', 'to :reader')}\nCOMMIT;\n`],
          [`sql/revert/${name}.sql`, `BEGIN;\n${down}\nCOMMIT;\n`],
          [`sql/verify/${name}.sql`, 'never;'],
        ]),
      ),
      'sql/deploy/left.sql': 'never;',
    },
    baseline: '@v1',
    head: 'grants',
    down: true,
  },
  {
    layout: 'graphile-migrate',
    folder: 'migrations',
    files: {
      '../.gmrc':
        '{ // JSON5\n "placeholders": { ":READER": "shop_reader" }, "afterReset": [ "!first.sql", { "_": "command", "command": "x" } ], }',
      'first.sql': 'comment on database :DATABASE_NAME is null;',
      'committed/000001.sql': `--! Previous: -\n--! Hash: sha1:x\n--! AllowInvalidHash\n\n${tables.up}\n`,
      'committed/000002-access.sql': `--! Previous: sha1:x\n--! Hash: sha1:y\n--! AllowInvalidHash\n\n${access.up.replaceAll('to shop_reader', 'to :READER')}\n`,
      'fixtures/grants.sql': grants.up,
      'current.sql': '--! include grants.sql\n',
    },
    baseline: '000002',
    head: 'current',
    down: false,
  },
  {
    layout: 'liquibase',
    folder: 'src/main/resources/db/changelog',
    files: {
      'db.changelog-master.yaml':
        'databaseChangeLog:\n  - include: { file: db/changelog/tables.sql }\n  - includeAll: { path: more, relativeToChangelogFile: true }\n',
      'tables.sql': `--liquibase formatted sql\n\n--changeset alice:1 labels:x\n${tables.up.slice(0, -1)}\n--rollback drop table public.notes;\n\n--changeset alice:other dbms:mysql\nnever;\n--changeset alice:fails failOnError:false\nselect 1/0;\n--rollback empty\n`,
      'more/1.sql': `-- liquibase formatted sql\n--changeset bob:1 endDelimiter:/ splitStatements:true\n${access.up
        .replace('$$;', () => '$$\n/')
        .replace('public;', 'public/')
        .replace('reader;', 'reader\n/')}\n/* liquibase rollback\n${access.down.replaceAll(';', '/')}\n*/\n`,
      'more/2.sql': `--liquibase formatted sql\n--changeset "the other":2\n${grants.up}\n--rollback ${grants.down}\n`,
      'left.sql': 'never;',
    },
    baseline: 'bob:1',
    head: '2',
    down: true,
  },
  {
    layout: 'flyway',
    folder: 'src/main/resources/db/migration',
    files: {
      'V1__tables.sql': tables.up,
      'later/V1_2__access.sql': access.up.replaceAll('shop_reader', '${reader}'),
      'later/V1_10__grants.sql': grants.up,
      'R__views.sql': '-- nothing more',
      'afterMigrate.sql': 'analyze public.notes;',
    },
    baseline: '1.2',
    head: '1.10',
    down: false,
  },
  {
    layout: 'node-pg-migrate',
    folder: 'migrations',
    files: files(({ up, down }, at) => ({
      [`170000000000${at}_step.sql`]: `-- Up Migration\n${up}\n\n-- Down Migration\n${down}\n`,
    })),
    baseline: '1700000000002_step',
    head: '1700000000003_step',
    down: true,
  },
];

/** The same schema as Rails dumps it. */
export const structure = `${steps.map(({ up }) => up).join('\n')}
CREATE TABLE public.schema_migrations (version character varying NOT NULL PRIMARY KEY);
CREATE TABLE public.ar_internal_metadata (key character varying NOT NULL PRIMARY KEY, value character varying);
COPY public.schema_migrations (version) FROM stdin;
20240103
\\.
`;

/** Writes the files of a layout below a folder, and returns where its migrations are. */
export async function writeLaidOut({ folder, files: texts }: LaidOut, root: string): Promise<string> {
  const place = path.join(root, folder);
  for (const [name, text] of Object.entries(texts)) {
    const file = path.join(place, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, text);
  }
  return place;
}

import { describe, expect, it } from 'vitest';

import { laidOut } from '../../testing/layouts.ts';
import { recognised } from './index.ts';
import { listingOfTexts } from './listing.ts';

type Texts = Record<string, string>;

const dump = '--\n-- PostgreSQL database dump\n--\n';

/** The layout, and its revisions, of a folder with these texts. */
function read(texts: Texts, folder = 'db/migrations') {
  const listing = listingOfTexts(texts, folder);
  const layout = recognised(listing);
  const { migrations, unused = [] } = layout.read(listing);
  return {
    layout: layout.name,
    revisions: migrations.map(({ revision }) => revision),
    unused: unused.map(({ file }) => file),
  };
}

describe('a folder of migrations', () => {
  it.each<[what: string, texts: Texts, layout: string, revisions: string[], unused?: string[]]>([
    ['numbered SQL', { '10_c.sql': '', '2_b.sql': '', '2_b.down.sql': '', 'README.md': '' }, 'plain', ['2', '10']],
    ['nothing', {}, 'plain', []],
    [
      'Supabase’s files',
      {
        '20240102000000_b.sql': '',
        '20240101000000_a.b.sql': '',
        'seed.sql': '',
        '../config.toml': 'project_id = "x"',
      },
      'supabase',
      ['20240101000000', '20240102000000'],
      ['seed.sql'],
    ],
    [
      'Flyway',
      {
        'V10__a.sql': '',
        'V2_1__b.sql': '',
        'sub/V2.0.5__c.sql': '',
        'V9__off.sql': '',
        'V9__off.sql.conf': 'shouldExecute=false',
        'U10__a.sql': '',
        'B1__old.sql': '',
        'R__b.sql': '',
        'R__a.sql': '',
        'beforeClean.sql': '',
        'notes.sql': '',
      },
      'flyway',
      ['1', '2.0.5', '2.1', '10'],
      ['V9__off.sql', 'beforeClean.sql', 'notes.sql'],
    ],
    [
      'Flyway with a baseline of what is there',
      { 'V1__a.sql': '', 'V2__b.sql': '', 'B2__both.sql': '', 'V3__c.sql': '' },
      'flyway',
      ['2', '3'],
      ['V1__a.sql', 'V2__b.sql'],
    ],
    [
      'Flyway with several baselines',
      { 'B2__a.sql': '', 'B5__b.sql': '', 'V6__c.sql': '', 'B7__d.sql': '', 'B7__d.sql.conf': 'shouldExecute=false' },
      'flyway',
      ['5', '6'],
      ['B2__a.sql', 'B7__d.sql'],
    ],
    [
      'Drizzle’s later form',
      {
        '2024_b/migration.sql': '',
        '2024_b/snapshot.json': '',
        '2023_a/migration.sql': '',
        '2023_a/snapshot.json': '',
      },
      'drizzle',
      ['2023_a', '2024_b'],
    ],
    [
      'Prisma without its lock',
      { '0_init/migration.sql': '', '1_more/migration.sql': '' },
      'prisma',
      ['0_init', '1_more'],
    ],
    [
      'Diesel',
      { '2024-01-01-000000_a/up.sql': '', '2023-01-01-000000_b/up.sql': '' },
      'hasura',
      ['2023-01-01-000000_b', '2024-01-01-000000_a'],
    ],
    [
      'Atlas with a checkpoint',
      {
        'atlas.sum': 'h1:x=\n1_a.sql h1:x=\n2_b.sql h1:x=\n3_all.sql h1:x=\n',
        '1_a.sql': '',
        '2_b.sql': '',
        '3_all.sql': '-- atlas:checkpoint\n\nselect 1;',
        '4_draft.sql': '',
      },
      'atlas',
      ['1', '2'],
      ['4_draft.sql', '3_all.sql'],
    ],
    [
      'goose with a program',
      { '2_b.sql': '-- +goose Up\n', '10_c.sql': '-- +goose Up\n', '3_x.go': '', '3_x_test.go': '' },
      'goose',
      ['2', '10'],
      ['3_x.go'],
    ],
    ['Rails', { 'structure.sql': '', 'seeds.rb': '', 'migrate/1_a.rb': '' }, 'pg-dump', ['structure']],
    ['a dump', { 'schema.sql': '--\n-- PostgreSQL database dump\n--\n' }, 'pg-dump', ['schema']],
  ])('of %s is recognised, and read in its order', (_, texts, layout, revisions, unused = []) => {
    expect(read(texts)).toEqual({ layout, revisions, unused });
  });

  it.each(laidOut.map((one) => [one.layout, one] as const))('laid out for %s is recognised', (layout, one) => {
    expect(read(one.files, one.folder)).toMatchObject({ layout });
    expect(read(one.files, one.folder).revisions.length).toBeGreaterThanOrEqual(3);
  });

  it.each<[one: string, other: string, texts: Texts]>([
    ['atlas', 'goose', { 'atlas.sum': '', '1_a.sql': '-- +goose Up\n' }],
    ['golang-migrate', 'flyway', { '1_a.up.sql': '', 'V1__a.sql': '' }],
    ['dbmate', 'supabase', { '1_a.sql': '-- migrate:up\n', '../config.toml': 'project_id = "x"' }],
    ['drizzle', 'prisma', { 'meta/_journal.json': '{"entries":[]}', 'migration_lock.toml': '' }],
  ])('that could be of %s or of %s is asked for', (one, other, texts) => {
    expect(() => read(texts)).toThrow(
      expect.objectContaining({
        code: 'bad-contract',
        exit: 2,
        message: `the migrations in db/migrations could be laid out as ${one} or as ${other}`,
        next: expect.stringContaining(`layout: ${one} }, or ${other}`),
      }),
    );
  });

  it.each<[what: string, texts: Texts, layout: string]>([
    ['a numbered file', { '1_init.sql': dump }, 'plain'],
    ['Flyway’s first version', { 'V1__init.sql': dump }, 'flyway'],
    ['what Supabase pulled', { '2024_remote_schema.sql': dump, '../config.toml': 'project_id = "x"' }, 'supabase'],
    ['dbmate’s first migration', { '2024_init.sql': `-- migrate:up\n${dump}` }, 'dbmate'],
  ])('whose only file is a dump is not one where that is %s', (_, texts, layout) => {
    expect(read(texts).layout).toBe(layout);
  });

  it.each<[what: string, texts: Texts]>([
    ['Flyway’s', { 'archive/V1__a.sql': '' }],
    ['Liquibase’s', { 'old/a.sql': '--liquibase formatted sql\n' }],
    ['Hasura’s', { '1_a/up.sql': '' }],
    ['Prisma’s', { '1_a/migration.sql': '' }],
  ])('with numbered files above others of %s shape is plain', (_, texts) => {
    expect(read({ ...texts, '1_a.sql': '' })).toMatchObject({ layout: 'plain', revisions: ['1'] });
    expect(read(texts).layout).not.toBe('plain');
  });

  it('with numbered files beside a structure.sql is not taken for that alone', () => {
    expect(() => read({ '1_a.sql': '', 'structure.sql': '' })).toThrow(/would never run: structure\.sql/);
  });

  it('is plain beside another tool’s config.toml', () => {
    expect(read({ '1_a.sql': '', '../config.toml': '[server]' }).layout).toBe('plain');
    expect(read({ '1_a.sql': '', '../config.toml': '' }, 'supabase/migrations').layout).toBe('supabase');
  });
});

describe('a part', () => {
  const partsOf = (texts: Texts) => {
    const listing = listingOfTexts(texts, 'db/migrations');
    return recognised(listing).read(listing).migrations;
  };

  it.each<[what: string, texts: Texts]>([
    ['dbmate', { '1_a.sql': '-- migrate:up transaction:false\nselect 1;' }],
    ['goose', { '1_a.sql': '-- +goose NO TRANSACTION\n-- +goose Up\nselect 1;' }],
    ['atlas', { '1_a.sql': '-- atlas:txmode none\n\nselect 1;', 'atlas.sum': '1_a.sql h1:x=' }],
    ['flyway', { 'V1__a.sql': 'select 1;', 'V1__a.sql.conf': 'executeInTransaction=false\n' }],
    ['sqlx', { '1_a.up.sql': '-- no-transaction\nselect 1;' }],
    ['Diesel', { '1_a/up.sql': 'select 1;', '1_a/metadata.toml': 'run_in_transaction = false' }],
    ['Prisma', { '1_a/migration.sql': '-- CreateIndex\ncreate unique index concurrently a on b (c);\n' }],
    [
      'a comment in a comment',
      { '1_a/migration.sql': '/* once /* twice */ */\ncreate index concurrently a on b (c);\n' },
    ],
  ])('runs outside of a transaction where %s runs it so', (_, texts) => {
    expect(partsOf(texts)[0]!.up.map(({ transaction }) => transaction)).toEqual([false]);
  });

  it('runs in one where one statement may be taken back', () => {
    const texts = { '1_a/migration.sql': 'create table b (c int);\ncreate index concurrently a on b (c);\n' };
    expect(partsOf(texts)[0]!.up[0]!.transaction).toBe(true);
  });

  it('stands on the lines that it has in its file', () => {
    const [{ up, down }] = partsOf({ '1_a.sql': '-- migrate:up\none;\n-- migrate:down\ntwo;\n' }) as [never] as [
      ReturnType<typeof partsOf>[number],
    ];
    expect([up[0]!.text, down![0]!.text]).toEqual(['\none;', '\n\n\ntwo;\n']);
  });

  it('ends its statements where Atlas and goose end them', () => {
    expect(
      partsOf({
        'atlas.sum': '1_a.sql h1:x=',
        '1_a.sql': '-- atlas:delimiter -- end\n\none\n-- end\ntwo\n-- end\n',
      })[0]!.up[0]!.text,
    ).toContain('one\n;\ntwo\n;');
    expect(
      partsOf({ '1_a.sql': '-- +goose Up\n-- +goose StatementBegin\none\n-- +goose StatementEnd\ntwo;' })[0]!.up[0]!
        .text,
    ).toBe('\n-- +goose StatementBegin\none\n;\ntwo;');
  });

  it('of an archive of Atlas is the section that migrates', () => {
    const text =
      '-- atlas:txtar\n\n-- checks.sql --\nselect 0;\n-- migration.sql --\nselect 1;\n-- down.sql --\nselect 2;\n';
    const [one] = partsOf({ 'atlas.sum': '1_a.sql h1:x=', '1_a.sql': text });
    expect([one!.up[0]!.text.trim(), one!.down![0]!.text.trim()]).toEqual(['select 1;', 'select 2;']);
  });

  it('of Flyway is run between its callbacks, and what is repeatable after the newest version', () => {
    const texts = {
      'V1__a.sql': '',
      'V2__b.sql': '',
      'R__v.sql': '',
      'beforeEachMigrate.sql': '',
      'afterMigrate__x.sql': '',
      'U1__a.sql': '',
      'U2__b.sql': '',
    };
    const listing = listingOfTexts(texts);
    const { migrations, after } = recognised(listing).read(listing);
    expect(migrations.map(({ up }) => up.map(({ file }) => file))).toEqual([
      ['beforeEachMigrate.sql', 'V1__a.sql'],
      ['beforeEachMigrate.sql', 'V2__b.sql', 'beforeEachMigrate.sql', 'R__v.sql'],
    ]);
    expect(after!.map(({ file }) => file)).toEqual(['afterMigrate__x.sql']);
    // A repeatable migration cannot go down.
    expect(migrations.map(({ down }) => down?.map(({ file }) => file))).toEqual([
      ['beforeEachMigrate.sql', 'U1__a.sql'],
      undefined,
    ]);
  });

  it.each<[what: string, texts: Texts, message: RegExp]>([
    [
      'Drizzle’s journal lists, and is not there',
      { 'meta/_journal.json': '{"entries":[{"idx":0,"tag":"0_a"}]}' },
      /0_a\.sql/,
    ],
    ['is not a journal', { 'meta/_journal.json': '{' }, /_journal\.json cannot be read/],
    ['Atlas lists, and is not there', { 'atlas.sum': '1_a.sql h1:x=' }, /1_a\.sql/],
    [
      'has no way up',
      { '1_a.sql': '-- migrate:up\n', '2_b.sql': '-- migrate:down\n' },
      /2_b\.sql has no section that goes up/,
    ],
    ['has the number of another', { '1_a.up.sql': '', '1_b.up.sql': '' }, /two migrations in .* have the revision 1/],
  ])('that %s is refused', (_, texts, message) => {
    expect(() => partsOf(texts)).toThrow(
      expect.objectContaining({ code: 'bad-contract', message: expect.stringMatching(message) }),
    );
  });
});

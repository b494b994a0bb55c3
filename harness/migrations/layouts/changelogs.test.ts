import { describe, expect, it } from 'vitest';

import { recognised } from './index.ts';
import { listingOfTexts } from './listing.ts';

const read = (texts: Record<string, string>, folder = 'db/changelog') => {
  const listing = listingOfTexts(texts, folder);
  return recognised(listing).read(listing);
};
const revisionsOf = (texts: Record<string, string>, folder?: string) =>
  read(texts, folder).migrations.map(({ revision }) => revision);
const refusal = (message: string | RegExp) =>
  expect.objectContaining({ code: 'bad-contract', message: expect.stringMatching(message) });

describe('Liquibase’s SQL', () => {
  const set = (id: string, rest = '') => `--liquibase formatted sql\n--changeset a:${id}${rest}\nselect 1;\n`;

  it('without a root runs by its paths; with one, what that includes, in its order', () => {
    const files = { 'b.sql': set('1'), 'a/z.sql': set('2') };
    expect(revisionsOf(files)).toEqual(['a:2', 'a:1']);
    const xml = '<databaseChangeLog><include file="b.sql"/><!-- <include file="c.sql"/> --></databaseChangeLog>';
    expect(revisionsOf({ ...files, 'changelog.xml': xml })).toEqual(['a:1']);
    const yaml = 'databaseChangeLog:\n- include: { file: classpath:db/changelog/b.sql }\n- includeAll: { path: a }\n';
    expect(revisionsOf({ ...files, 'changelog-master.yaml': yaml })).toEqual(['a:1', 'a:2']);
    const whole = 'databaseChangeLog:\n- includeAll: { path: classpath:/db/changelog/ }\n';
    expect(revisionsOf({ ...files, 'root.yaml': whole })).toEqual(['a:2', 'a:1']);
  });

  it('names a change set by its file, too, where another is called the same', () => {
    const { migrations } = read({ 'a.sql': set('1'), 'b.sql': set('1') });
    expect(migrations.map(({ revision, aliases }) => [revision, aliases])).toEqual([
      ['a.sql::1::a', ['1']],
      ['b.sql::1::a', ['1']],
    ]);
  });

  it('leaves out what is for another database, and names it', () => {
    const { migrations, unused } = read({
      'a.sql': `${set('1', ' dbms:mysql,oracle')}--changeset a:2 dbms:postgresql\n--changeset a:3 dbms:!mysql\n--changeset a:4 ignore:true\n`,
    });
    expect(migrations.map(({ revision }) => revision)).toEqual(['a:2', 'a:3']);
    expect(unused).toEqual([
      { file: 'a.sql a:1', why: 'for mysql, oracle' },
      { file: 'a.sql a:4', why: 'ignored' },
    ]);
  });

  it('takes its marks: transactions, failures, ways back, lines to ignore', () => {
    const [one] = read({
      'a.sql': `${set('1', ' runInTransaction:false failOnError:false')}--ignoreLines:start\nnever;\n--ignoreLines:end\nselect 2;\n--rollback select 3;\n--rollback select 4;\n`,
    }).migrations;
    expect(one!.up[0]).toMatchObject({ transaction: false, mayFail: true });
    expect(one!.up[0]!.text.split('\n')[6]).toBe('select 2;');
    expect(one!.up[0]!.text).not.toContain('never');
    expect(one!.down![0]!.text.split('\n').slice(7, 9)).toEqual(['select 3;', 'select 4;']);
  });

  const check = '--precondition-sql-check expectedResult:0 select count(*) from t\n';

  it.each([
    'onFail:MARK_RAN',
    'onFail:CONTINUE onError:HALT',
    'onError:"mark_ran"',
    'onErrorMessage:"no" onFail:mark_ran',
  ])('is refused where a precondition could skip a change set: %s', (marks) => {
    const text = `${set('1')}--changeset a:2\n-- preconditions ${marks}\n${check}select 2;\n`;
    expect(() => read({ 'a.sql': text })).toThrow(
      expect.objectContaining({
        code: 'bad-contract',
        message: `db/changelog/a.sql has preconditions in the change set a:2 by which it may be skipped: ${marks}`,
        next: expect.stringContaining('command: [liquibase'),
      }),
    );
  });

  it('runs a change set that a precondition can only halt or warn of, and no check of one that does not run', () => {
    const others = ['', ' onFail:HALT onError:WARN', ' onfail:warn'].map(
      (marks, at) => `--changeset a:${at}\n--preconditions${marks}\n${check}select 1;\n`,
    );
    const never = `--changeset a:9 dbms:mysql\n--preconditions onFail:MARK_RAN\n${check}select 1;\n`;
    const comment = '--changeset a:8\n--ignoreLines:start\n--preconditions onFail:MARK_RAN\n--ignoreLines:end\n';
    expect(revisionsOf({ 'a.sql': `--liquibase formatted sql\n${others.join('')}${never}${comment}` })).toEqual([
      'a:0',
      'a:1',
      'a:2',
      'a:8',
    ]);
  });

  it.each<[what: string, root: string, message: RegExp]>([
    [
      'has change sets of its own',
      'databaseChangeLog:\n- changeSet: { id: 1 }\n',
      /changelog\.yaml has change sets of its own/,
    ],
    [
      'includes what is not there',
      'databaseChangeLog:\n- include: { file: x.sql }\n',
      /includes x\.sql, which is not in/,
    ],
    ['cannot be read', 'a: [', /changelog\.yaml cannot be read/],
  ])('is refused where its root %s', (_, root, message) => {
    expect(() => read({ 'a.sql': set('1'), 'changelog.yaml': root })).toThrow(refusal(message));
  });
});

describe('sqitch’s plan', () => {
  it('gives changes in its order, by their names and tags; of one that is reworked the old script', () => {
    const { migrations, variables } = read({
      'sqitch.plan':
        '%project=x\n\nusers 2024 A <a>\n+roles [users !old] 2024 A <a>\n@v1.0 2024 A <a>\nusers [users@v1.0] 2024 A <a>\n@v2 2024 A <a>\n',
      'sqitch.conf': '[core]\n  engine = pg\n[core "variables"]\n  owner = app\n',
      'deploy/users@v1.0.sql': '',
      'deploy/users.sql': '',
      'deploy/roles.sql': '',
    });
    expect(migrations.map(({ revision, aliases, file }) => [revision, aliases, file])).toEqual([
      ['users@v1.0', [], 'deploy/users@v1.0.sql'],
      ['roles', ['@v1.0'], 'deploy/roles.sql'],
      ['users', ['@v2'], 'deploy/users.sql'],
    ]);
    expect(variables).toEqual({ registry: 'sqitch', owner: 'app' });
  });

  it('is refused where a script is not there', () => {
    expect(() => read({ 'sqitch.plan': 'users 2024 A <a>\n' })).toThrow(refusal(/deploy\/users\.sql/));
  });
});

describe('graphile-migrate', () => {
  const committed = { 'committed/000001.sql': '--! Previous: -\nselect :A;\n' };

  it('has nothing current where the file holds comments alone', () => {
    expect(revisionsOf({ ...committed, 'current.sql': '-- Enter migration here\n' })).toEqual(['000001']);
    expect(revisionsOf({ ...committed, 'current/1-a.sql': 'select 1;', 'current/2-b.sql': '' })).toEqual([
      '000001',
      'current',
    ]);
  });

  it('needs the placeholders that come from the environment, and runs no program', () => {
    const settings = `{ afterAllMigrations: [{ _: "sql", file: "b.sql", root: true }, { _: "sql", file: "x.sql", shadow: true }], afterCurrent: "b.sql", placeholders: { ':A': '!ENV', ":B": "x//y" }, /* all */ afterReset: ["a.sql", { _: "command", command: "x" }], }`;
    const texts = { ...committed, 'current.sql': 'select 1;', 'a.sql': '', 'b.sql': '', '../.gmrc': settings };
    const { needs, placeholders, first, after, migrations, unused } = read(texts);
    expect(after!.map(({ file, superuser }) => [file, superuser])).toEqual([['b.sql', true]]);
    expect(migrations.at(-1)!.up.map(({ file }) => file)).toEqual(['current.sql', 'b.sql']);
    expect([needs, placeholders]).toEqual([[':A'], { ':B': 'x//y' }]);
    expect(first!.map(({ file, superuser }) => [file, superuser])).toEqual([['a.sql', undefined]]);
    expect(unused).toEqual([{ file: '../.gmrc', why: expect.stringContaining('a program') }]);
  });

  it('is refused where its settings cannot be read, or run what is not there', () => {
    expect(() => read({ ...committed, '../.gmrc': '{ a: [' })).toThrow(refusal(/\.gmrc cannot be read/));
    expect(() => read({ ...committed, '../.gmrc': '{ "afterReset": "x.sql" }' })).toThrow(
      refusal(/x\.sql is not there/),
    );
  });
});

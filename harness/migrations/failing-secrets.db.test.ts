import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { told } from '../commands/told.ts';
import { targetOf } from '../postgres/target.ts';
import { PlantedSecrets } from '../testing/planted-secrets.ts';
import { startTestServer, type TestServer } from '../testing/server.ts';
import { smallProject } from '../testing/small-project.ts';
import { sqlFolder } from './sql-folder.ts';

describe('a statement that fails shows no secret', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer();
    await server.query('create role app; create table t (id int primary key, api_key text unique check (id > 0))');
  });
  afterAll(() => server.stop());

  const s = (p: PlantedSecrets) => p.plain('it');
  const twice = (key: string) => `insert into t (id, api_key) values (1, '${key}'), (2, '${key}')`;
  it.each<[what: string, statement: (p: PlantedSecrets) => string]>([
    [
      'CREATE USER MAPPING',
      (p) => `create user mapping for app server none options (user 'u', password ${p.literal('it')})`,
    ],
    ['CREATE SERVER', (p) => `create server s foreign data wrapper none options (host 'h', token '${s(p)}')`],
    [
      'CREATE SUBSCRIPTION',
      (p) => `create subscription s connection 'host=/none user=u password=${s(p)}' publication p`,
    ],
    [
      'CREATE SUBSCRIPTION with spaces',
      (p) => `create subscription s connection 'host=/none password = ${s(p)}' publication p`,
    ],
    [
      'CREATE SUBSCRIPTION by URL',
      (p) => `create subscription s connection 'postgres://u:${s(p)}@/d?host=/none' publication p`,
    ],
    ['ALTER ROLE', (p) => `alter role none password ${p.literal('it')}`],
    ['ALTER ROLE with E', (p) => `alter role none password E'a\\'${s(p)}'`],
    ['ALTER ROLE with U&', (p) => `alter role none password U&'a\\0041${s(p)}'`],
    ['ALTER ROLE with dollars', (p) => `alter role none password $p$a'${s(p)}$p$`],
    ['a literal in two lines', (p) => `alter role none password 'a'\n '${s(p)}'`],
    ['a literal on a line of its own, and an error behind it', (p) => `alter role app password\n'${s(p)}' nonsense`],
    ['a literal that goes over lines', (p) => `alter role app password 'a\n${s(p)}' nonsense`],
    ['no literal at all', (p) => `alter role app password ${s(p)}`],
    ['double quotes', (p) => `alter role app password "${s(p)}"`],
    ['a quote that never ends', (p) => `alter role app password '${s(p)}`],
    ['CREATE ROLE in a DO block', (p) => `do $d$ begin create role app password '${s(p)}'; end $d$`],
    [
      'format in a DO block',
      (p) => `do $d$ begin execute format('alter role %I password %L', 'none', '${s(p)}'); end $d$`,
    ],
    ['set_config', (p) => `select set_config('app.jwt_secret', '${s(p)}', true) from none`],
    ['set_config that is refused', (p) => `select set_config('none_secret', '${s(p)}', true)`],
    ['SET', (p) => `set app.api_key = '${s(p)}' nonsense`],
    ['ALTER DATABASE', (p) => `alter database none set app.secret to '${s(p)}'`],
    ['ALTER SYSTEM', (p) => `alter system set ssl_passphrase_none_secret = '${s(p)}'`],
    ['dblink', (p) => `select dblink('host=h password=' || '${s(p)}')`],
    ['a key that is there', (p) => twice(s(p))],
    ['a row that a check refuses', (p) => `insert into t (id, api_key) values (0, '${s(p)}')`],
    ['a comment on the line', (p) => `select none -- PGPASSWORD=${s(p)} psql`],
    ['a message', (p) => `do $d$ begin raise 'password is %', '${s(p)}' using hint = 'secret: ${s(p)}'; end $d$`],
    ['a variable of psql', (p) => `\\set pw ${s(p)}\nalter role none password :'pw' nonsense`],
    ['a program of psql', (p) => `\\! PGPASSWORD=${s(p)} psql`],
  ])('%s', async (_, statement) => {
    const p = new PlantedSecrets();
    await using project = await smallProject({ 'db/migrations/1_tables.sql': `${statement(p)};\n` });
    const { signal } = new AbortController();
    const migrator = sqlFolder(project.file('db/migrations'), signal);
    const error: unknown = await migrator.up(targetOf(server.superuserUrl, 'it'), '1').then(
      () => expect.fail('it did not fail'),
      (failure: unknown) => failure,
    );
    const { text, exit } = told(error, true);
    expect([exit, text]).toEqual([2, expect.stringContaining('1_tables.sql:')]);
    expect(p.in(text)).toEqual({});
    expect(p.in((error as Error).message)).toEqual({});
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { check } from '../commands/check.ts';
import { providePgtap } from '../pgtap/provide-pgtap.ts';
import { checkOn } from '../testing/check-head.ts';
import { contractFile, startTestHead, testContext, type TestHead } from '../testing/head.ts';

let head: TestHead;
beforeAll(async () => {
  head = await startTestHead();
});
afterAll(() => head.stop());

const checkHead = (options: Parameters<typeof checkOn>[1] = {}) => checkOn(head, options);

describe('check, refusing nothing silently', () => {
  it('lists a login it has no URL for, and takes one from the variable of the contract', async () => {
    const { code, verdict } = await checkHead({ login: [] });
    expect(code).toBe(0);
    expect(verdict.proof).toMatchObject({ demanded: 'catalog', reached: 'catalog' });
    expect(verdict.proof.not_seen).toContain(
      'app_user was not tried: no URL for it; give --login app_user=URL or set DATABASE_URL',
    );
    const { context } = testContext({ DATABASE_URL: head.urls.app_user.replace('postgresql:', 'postgresql+asyncpg:') });
    expect(await check({ contract: contractFile, url: head.urls.superuser, login: [], format: 'json' }, context)).toBe(
      0,
    );
  });

  it('runs no statement where the name says production', async () => {
    await head.superuser.script('create database skeldir_prod template template0');
    const url = head.urls.superuser.replace('skeldir_e2e', 'skeldir_prod');
    const { verdict } = await checkHead({ url });
    expect(verdict.proof.not_seen).toContain(
      'no statement was run, only catalogs were read: a URL looks like production; --yes-production lets them run',
    );
  });

  it('loads pgTAP only when told to, and removes it', async () => {
    await head.superuser.script('drop schema rolecall_tap cascade');
    const without = await checkHead();
    expect(without.code).toBe(3);
    expect(without.verdict.reasons).toContain(
      '10 suites were not run: the database has no pgTAP that can be used, and --allow-pgtap was not given',
    );
    expect((await checkHead({ allowPgtap: true })).code).toBe(0);
    expect(await head.superuser.query(`select from pg_namespace where nspname = 'rolecall_tap'`)).toEqual([]);
  });
});

describe('check, on what only looks right', () => {
  it('sees what is hidden in the schema of its own pgTAP', async () => {
    await providePgtap(head.superuser, 'load');
    await head.superuser.script(
      'create view rolecall_tap.v as select * from public.tenants; grant select on rolecall_tap.v to public',
    );
    const hidden = await checkHead();
    await head.superuser.script('drop schema rolecall_tap cascade');
    expect(hidden.code).toBe(1);
    expect(hidden.findings).toContainEqual(
      expect.objectContaining({ code: 'tool-schema-changed', object: 'rolecall_tap' }),
    );
  });

  it('sees what is hidden in information_schema', async () => {
    await head.superuser.script(
      'create view information_schema.v as select * from public.tenants; grant select on information_schema.v to public',
    );
    const hidden = await checkHead({ allowPgtap: true });
    await head.superuser.script('drop view information_schema.v');
    expect(hidden.findings).toContainEqual(
      expect.objectContaining({ code: 'undeclared-access', object: 'information_schema.v', identity: 'app_user' }),
    );
  });

  it('refuses a URL that is not the login’s own, or leads elsewhere', async () => {
    await expect(checkHead({ login: [`app_user=${head.urls.superuser}`] })).rejects.toThrow(
      'the URL of app_user logs in as postgres',
    );
    const elsewhere = head.urls.app_user.replace(/[^/]*$/, 'postgres');
    await expect(checkHead({ login: [`app_user=${elsewhere}`] })).rejects.toThrow('which is not the database of --url');
    expect(
      (await checkHead({ login: [`app_user=${head.urls.app_user.replace(/[^/]*$/, 'app_production')}`] })).verdict.proof
        .not_seen,
    ).toContain(
      'no statement was run, only catalogs were read: a URL looks like production; --yes-production lets them run',
    );
  });

  it('judges nothing by a wrong password or a lesser login, and says so', async () => {
    const refused = await checkHead({
      login: [`app_user=${head.urls.app_user.replace(/:[^:@]*@/, ':wrong@')}`],
      allowPgtap: true,
    });
    expect(refused.code).toBe(3);
    expect(refused.verdict.reasons).toContain(
      'app_user could not log in: password authentication failed for user "app_user" (SQLSTATE 28P01)',
    );
    const lesser = await checkHead({ url: head.urls.app_user, login: [], allowPgtap: true });
    expect(lesser.verdict.proof.not_seen).toContain(
      'no statement was run, only catalogs were read: app_user is not a superuser, and no login was given',
    );
  });

  it('says that rows are missing instead of calling the policies broken', async () => {
    await head.superuser.script(
      'create table public.kept as select * from public.investigations; delete from public.investigations',
    );
    const empty = await checkHead({ allowPgtap: true });
    await head.superuser.script('insert into public.investigations select * from public.kept; drop table public.kept');
    expect(empty.code).toBe(3);
    expect(empty.verdict.reasons).toContain(
      'public.investigations has no row of tenancy.own: seed one, or nothing about it is shown',
    );
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { why } from '../commands/why.ts';
import { liveState } from '../commands/live.ts';
import { withSession } from '../postgres/session.ts';
import { targetOf } from '../postgres/target.ts';
import { checkOn } from '../testing/check-head.ts';
import { contractFile, judgeCatalog, startTestHead, testContext, type TestHead } from '../testing/head.ts';

let head: TestHead;
beforeAll(async () => {
  head = await startTestHead();
  await head.superuser.script(`
    create role blind login password 'blind';
    create view public.seen as select * from public.investigations;
    create materialized view public.kept as select id from public.tenants;
    create rule quietly as on insert to public.seen do instead nothing`);
});
afterAll(() => head.stop());

const url = () => head.urls.superuser.replace(/\/\/[^@]*@/, '//blind:blind@');

/**
 * Everything that only reads catalogs: check without a superuser, and with one if the URL looks like production; what drift and
 * why read.
 */
async function readAll(): Promise<unknown> {
  const { context, answered } = testContext();
  const options = { contract: contractFile, url: url(), topology: 'embedded', format: 'text' } as const;
  await why('app_user', 'SELECT', 'public.tenants.id', options, context);
  const { facts } = await liveState(url(), context);
  const { findings, verdict } = await checkOn(head, { url: url(), login: [] });
  return { findings, verdict, facts, answer: answered(), ofSuperuser: await judgeCatalog(head) };
}

/** The next transaction id, the position of the write-ahead log, and the size of temporary files. */
async function written() {
  const [row] = await head.superuser.query<{ xid: string; wal: string; files: string }>(
    `select pg_snapshot_xmax(pg_current_snapshot())::text as xid, pg_current_wal_insert_lsn()::text as wal,
       (select sum(temp_files)::text from pg_stat_database) as files`,
  );
  return row!;
}

describe('who only reads catalogs', () => {
  it('writes no WAL, takes no transaction id and makes no temporary file: 0, 0 and 0', async () => {
    await readAll();
    await head.superuser.script('vacuum');
    await head.superuser.script('checkpoint');
    const before = await written();
    await readAll();
    expect(await written()).toEqual(before);
    // A check that it can tell: one row, and the pages of one file.
    await head.superuser.script('create table public.written as select 1 as one');
    const after = await written();
    expect([after.xid, after.wal]).not.toEqual([before.xid, before.wal]);
    await head.superuser.script('drop table public.written');
  });

  it('takes no lock above AccessShare: it is not held up where every table, those of the catalogs too, is locked against all else', async () => {
    const untouched = await readAll();
    const locked = await withSession(targetOf(head.urls.superuser, 'head'), {}, async (session) => {
      const tables = await session.query<{ lock: string }>(
        `select format('lock table only %I.%I in exclusive mode', n.nspname, c.relname) as lock
         from pg_class as c join pg_namespace as n on n.oid = c.relnamespace
         where c.relkind in ('r', 'p') and n.nspname !~ '^pg_toast' order by 1`,
      );
      await session.script(`begin; ${tables.map(({ lock }) => lock).join('; ')}`);
      expect(await readAll()).toEqual(untouched);
      await session.script('rollback');
      return tables.length;
    });
    // 68 of PostgreSQL 16's own, and those of the project.
    expect(locked).toBeGreaterThan(70);
  });

  it('cannot write either where a function that the server runs to plan a policy would', async () => {
    await head.superuser.script(`
      create sequence public.plans;
      create function public.planned(int) returns int language plpgsql as
        $$ begin perform nextval('public.plans'); return $1; end $$;
      create function public.one(int) returns int immutable language plpgsql as
        $$ begin return public.planned($1); end $$;
      alter policy tenant_isolation_policy on public.investigations using (public.one(1) = 1)`);
    const findings = await judgeCatalog(head);
    const { findings: ofOther } = await checkOn(head, { url: url(), login: [] });
    expect(findings.map(({ code }) => code)).toContain('changed-policy');
    expect(ofOther.map(({ code }) => code)).toContain('changed-policy');
    expect(await head.superuser.query('select last_value, is_called from public.plans')).toEqual([
      { last_value: '1', is_called: false },
    ]);
  });
});

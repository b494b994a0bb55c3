import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { drift } from '../commands/drift.ts';
import { init } from '../commands/init.ts';
import { who } from '../commands/who.ts';
import { why } from '../commands/why.ts';
import { exitCode, RolecallError } from '../common/errors.ts';
import { checkOn } from '../testing/check-head.ts';
import { contractFile, judgementOfCatalog, startTestHead, testContext, type TestHead } from '../testing/head.ts';

let head: TestHead;
let folder: string;
let undisturbed: Awaited<ReturnType<typeof ofColumn>>;
beforeAll(async () => {
  head = await startTestHead();
  // It keeps what everybody may do: CONNECT, and USAGE on public.
  await head.superuser.script(`create role blind login password 'blind'`);
  folder = await mkdtemp(path.join(tmpdir(), 'rolecall-blind-'));
  undisturbed = await ofColumn();
});
afterAll(async () => {
  await head.stop();
  await rm(folder, { recursive: true, force: true });
});

const url = () => head.urls.superuser.replace(/\/\/[^@]*@/, '//blind:blind@');

/** Runs `work` while `change` is in force. */
async function during<T>(change: string, back: string, work: () => Promise<T>): Promise<T> {
  await head.superuser.script(change);
  try {
    return await work();
  } finally {
    await head.superuser.script(back);
  }
}

/** The exit code of a command and its output, or its refusal. Any other error is a crash. */
async function ended(command: (context: ReturnType<typeof testContext>['context']) => Promise<number>) {
  const { context, answered } = testContext();
  try {
    return { code: await command(context), said: answered() };
  } catch (error) {
    if (!(error instanceof RolecallError)) {
      throw error;
    }
    return { code: error.exit, said: error.message };
  } finally {
    await context.releasers.release();
  }
}

const asked = () =>
  ended((context) =>
    why(
      ...(['app_user', 'SELECT', 'public.tenants'] as const),
      { contract: contractFile, url: url(), topology: 'embedded', format: 'text' },
      context,
    ),
  );
const askedWho = () =>
  ended((context) =>
    who(
      'SELECT',
      'public.tenants',
      { contract: contractFile, url: url(), topology: 'embedded', format: 'text' },
      context,
    ),
  );
const ofColumn = () =>
  ended((context) =>
    why(
      ...(['app_user', 'SELECT', 'public.tenants.id'] as const),
      { contract: contractFile, url: url(), topology: 'embedded', format: 'text' },
      context,
    ),
  );
const drifted = () =>
  ended((context) => drift({ contract: contractFile, url: url(), topology: 'embedded', format: 'text' }, context));

let drafts = 0;
const drafted = () =>
  ended((context) =>
    init(
      {
        ...{ url: url(), contract: path.join(folder, String(drafts++), 'db', 'contract.yaml') },
        ...{ name: 'blind', login: [], format: 'text', placeholder: [], standIn: [] },
      } as unknown as Parameters<typeof init>[0],
      context,
    ),
  );

describe('a login that has nothing but CONNECT', () => {
  it('checks what catalogs show, asks why, compares and drafts', async () => {
    const { code, findings, verdict } = await checkOn(head, { url: url(), login: [] });
    expect([code, findings, verdict.proof.reached]).toEqual([exitCode.holds, [], 'catalog']);
    const tried = await checkOn(head, { url: url() });
    // The logins are controls for each other and for themselves.
    expect([tried.code, tried.findings, tried.verdict.proof.reached]).toEqual([exitCode.holds, [], 'login']);
    expect((await asked()).said).toMatch(/^no: app_user does not have SELECT on public\.tenants\n/);
    expect((await askedWho()).said).toMatch(/^SELECT on public\.tenants\napp_rw +through the definer function /);
    expect(await drifted()).toEqual({ code: 0, said: 'the live database is in the state of head\n' });
    expect((await drafted()).code).toBe(exitCode.holds);
  });

  it.each([
    ['statement_timeout', `'1ms'`],
    ['idle_session_timeout', `'1ms'`],
    ['idle_in_transaction_session_timeout', `'1ms'`],
    ['lock_timeout', `'1ms'`],
    ['default_transaction_read_only', 'on'],
    ['default_transaction_isolation', 'serializable'],
    ['quote_all_identifiers', 'on'],
    ['standard_conforming_strings', 'off'],
    ['row_security', 'off'],
    ['role', 'app_rw'],
    ['client_encoding', `'LATIN1'`],
    ['search_path', 'nowhere, pg_temp'],
    ['datestyle', `'German, DMY'`],
    ['timezone', `'Asia/Tokyo'`],
  ])('and the role setting %s = %s sees and says the same', async (name, value) => {
    await during(`alter role blind set ${name} = ${value}`, `alter role blind reset ${name}`, async () => {
      const { code, findings } = await checkOn(head, { url: url(), login: [] });
      expect({ code, findings }).toEqual({ code: exitCode.holds, findings: [] });
      expect(await ofColumn()).toEqual(undisturbed);
      if (!name.startsWith('default')) {
        expect((await drafted()).code).toBe(exitCode.holds);
      }
    });
  });

  it('says, in a word and with exit 3, which catalog it may not read', async () => {
    for (const [what, text] of [
      ['select on pg_catalog.pg_class', 'table pg_class'],
      ['select on pg_catalog.pg_settings', 'view pg_settings'],
      ['usage on schema pg_catalog', 'schema pg_catalog'],
      ['execute on function pg_catalog.aclexplode(aclitem[])', 'function aclexplode'],
      ['execute on function pg_catalog.pg_get_indexdef(oid)', 'function pg_get_indexdef'],
      ['execute on function pg_catalog.current_database()', 'function current_database'],
    ] as const) {
      await during(`revoke ${what} from public`, `grant ${what} to public`, async () => {
        const { code, findings, verdict } = await checkOn(head, { url: url(), login: [] });
        expect([code, findings, verdict.reasons]).toEqual([
          exitCode.inconclusive,
          [],
          [
            expect.stringMatching(
              `^nothing was judged, the catalogs could not be read: .*permission denied for ${text}`,
            ),
          ],
        ]);
      });
    }
    await during('revoke select on pg_class from public', 'grant select on pg_class to public', async () => {
      const refused = {
        code: exitCode.inconclusive,
        said: 'the catalogs could not be read: permission denied for table pg_class (SQLSTATE 42501)',
      };
      expect([await asked(), await askedWho(), await drifted(), await drafted()]).toEqual(Array(4).fill(refused));
    });
  });

  it('passes nothing by a policy of which it cannot tell what it means', async () => {
    const change = `create function public.mine(uuid) returns boolean language sql stable as $$ select $1 = nullif(current_setting('app.current_tenant_id', true), '')::uuid $$;
      revoke all on function public.mine(uuid) from public;
      alter policy tenant_isolation_policy on public.investigations using (public.mine(tenant_id))`;
    const back = `alter policy tenant_isolation_policy on public.investigations
      using (tenant_id = nullif(current_setting('app.current_tenant_id', true), '')::uuid); drop function public.mine(uuid)`;
    await during(change, back, async () => {
      const asBlind = { ...head, urls: { ...head.urls, superuser: url() } };
      const judged = (using: string) =>
        judgementOfCatalog(asBlind, (text) =>
          `proof: catalog\n${text}`.replace(
            /(public\.investigations:[^]*?)policies: \*tenant_isolation/,
            `$1policies: { tenant_isolation_policy: { using: ${using}, check: "(tenant_id = (NULLIF(current_setting('app.current_tenant_id'::text, true), ''::text))::uuid)" } }`,
          ),
        );
      const untold = await judged('public.mine((tenant_id))');
      expect(untold.findings).toEqual([]);
      expect(untold.verdict).toMatchObject({
        exit_code: exitCode.inconclusive,
        reasons: [
          'a policy of public.investigations is written otherwise than in the contract, and blind may not read what would tell whether it means the same: permission denied for function mine',
        ],
      });
      const another = await judged("'true'");
      expect(another.findings.map(({ code }) => code)).toContain('changed-policy');
    });
  });

  it('may have one connection alone: then nothing is tried beside it', async () => {
    await during('alter role blind connection limit 1', 'alter role blind connection limit -1', async () => {
      const { code, verdict } = await checkOn(head, { url: url() });
      expect([code, verdict.reasons]).toEqual([
        exitCode.inconclusive,
        expect.arrayContaining([
          expect.stringMatching(/^attempts and suites broke off: .*too many connections for role/),
        ]),
      ]);
    });
  });

  it('cannot connect at all: that is not a verdict', async () => {
    for (const [change, back] of [
      ['alter role blind nologin', 'alter role blind login'],
      ['alter role blind connection limit 0', 'alter role blind connection limit -1'],
      [`alter role blind valid until '2001-01-01'`, `alter role blind valid until 'infinity'`],
      ['revoke connect on database skeldir_e2e from public', 'grant connect on database skeldir_e2e to public'],
    ] as const) {
      await during(change, back, async () => {
        expect((await ended(() => checkOn(head, { url: url() }).then(({ code }) => code))).code).toBe(exitCode.misuse);
        expect((await asked()).code).toBe(exitCode.misuse);
      });
    }
  });
});

/** Operators and functions that precede the server's own on the search path. Each reports that it was called. */
const before = `
  create schema evil;
  create function evil.same(name, text) returns boolean language plpgsql as
    $$ begin raise 'called as %', current_user; end $$;
  create function evil.same(text, text) returns boolean language plpgsql as
    $$ begin raise 'called as %', current_user; end $$;
  create function evil.same(oid, oid) returns boolean language plpgsql as
    $$ begin raise 'called as %', current_user; end $$;
  create function evil.same(name, name) returns boolean language plpgsql as
    $$ begin raise 'called as %', current_user; end $$;
  create operator evil.= (leftarg = name, rightarg = text, function = evil.same);
  create operator evil.= (leftarg = text, rightarg = text, function = evil.same);
  create operator evil.= (leftarg = oid, rightarg = oid, function = evil.same);
  create operator evil.= (leftarg = name, rightarg = name, function = evil.same);
  grant usage on schema evil to public;
  alter database skeldir_e2e set search_path = evil, pg_catalog, public`;

it('where catalogs are read, nothing that a database has before the server’s own is run as who looks', async () => {
  await during(before, 'alter database skeldir_e2e reset search_path; drop schema evil cascade', async () => {
    for (const looking of [head.urls.superuser, url()]) {
      const { verdict } = await checkOn(head, { url: looking, login: [] });
      // A suite is the project's own SQL, and runs with the database's own path.
      const told = verdict.reasons.filter((reason) => !reason.includes('the suite is'));
      expect(told.filter((reason) => reason.includes('called as'))).toEqual([]);
      expect(told).toContainEqual(expect.stringMatching(/^undeclared-setting: .*search_path/));
    }
    expect((await asked()).said).toMatch(/^no: app_user does not have SELECT/);
    // The login's own statements may find them: that is reported, and is not a crash.
    expect([1, 3]).toContain((await checkOn(head)).code);
  });
});

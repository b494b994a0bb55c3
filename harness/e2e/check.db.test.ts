import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { check } from '../commands/check.ts';
import { drift } from '../commands/drift.ts';
import { why } from '../commands/why.ts';
import { providePgtap } from '../pgtap/provide-pgtap.ts';
import type { Finding } from '../findings/finding.ts';
import type { Verdict } from '../findings/verdict.ts';
import { contractFile, startTestHead, testContext, type TestHead } from '../testing/head.ts';

let head: TestHead;
let untouched: string;

beforeAll(async () => {
  head = await startTestHead();
  untouched = await head.fingerprint();
});
afterAll(() => head.stop());

interface Checked {
  code: number;
  verdict: Verdict;
  findings: Finding[];
}

async function checkHead(
  options: { login?: string[]; url?: string; allowPgtap?: true; yesProduction?: true } = {},
): Promise<Checked> {
  const { context, answered } = testContext();
  const login = options.login ?? [`app_user=${head.urls.app_user}`];
  const code = await check(
    { contract: contractFile, url: head.urls.superuser, format: 'json', ...options, login },
    context,
  );
  return { code, ...(JSON.parse(answered()) as { verdict: Verdict; findings: Finding[] }) };
}

/** Does something to head, checks it, and takes it back. */
async function checkAfter(damage: string, undo: string): Promise<Checked> {
  await head.superuser.script(damage);
  try {
    return await checkHead();
  } finally {
    await head.superuser.script(undo);
    expect(await head.fingerprint()).toBe(untouched);
  }
}

describe('check on head', () => {
  it('passes, and leaves nothing behind', async () => {
    const { code, verdict, findings } = await checkHead();
    expect(verdict.reasons).toEqual([]);
    expect(findings.filter(({ accepted }) => accepted === undefined)).toEqual([]);
    expect(code).toBe(0);
    expect(await head.fingerprint()).toBe(untouched);
  });

  const restoreListing = `create or replace function security.list_tenant_ids() returns table (tenant_id uuid) language sql stable security definer
    set search_path = pg_catalog, pg_temp as $$\n  select t.id\n    from public.tenants as t\n   order by t.id\n$$`;

  // Several in one look, where none hides another; `mutate` tries each alone.
  const harms: [
    look: number,
    name: string,
    damage: string,
    undo: string,
    ...wanted: Partial<Finding & { path: string }>[],
  ][] = [
    [
      1,
      'a column grant',
      'grant select (name) on public.tenants to app_rw',
      'revoke select (name) on public.tenants from app_rw',
      { code: 'undeclared-access', object: 'public.tenants.name', identity: 'app_user', path: 'via app_rw' },
    ],
    [
      2,
      'a grant to PUBLIC',
      'grant select on public.tenants to public',
      'revoke select on public.tenants from public',
      { code: 'undeclared-access', object: 'public.tenants', identity: 'PUBLIC' },
      { code: 'undeclared-access', object: 'public.tenants', identity: 'app_user', path: 'via PUBLIC' },
    ],
    [
      3,
      'a membership with SET only',
      'grant app_security to app_user with inherit false, set true',
      'revoke app_security from app_user',
      { code: 'undeclared-membership', object: 'app_security', identity: 'app_user', path: 'INHERIT false, SET true' },
      { code: 'undeclared-access', object: 'public.tenants', identity: 'app_user', path: 'via SET ROLE app_security' },
      { code: 'undeclared-attribute', object: 'app_security', identity: 'app_user' },
    ],
    [
      1,
      'another owner',
      'alter table public.investigations owner to app_user',
      'alter table public.investigations owner to postgres',
      { code: 'undeclared-owner', object: 'public.investigations', identity: 'app_user' },
      { code: 'identity-owns-rls-table', object: 'public.investigations', identity: 'app_user' },
    ],
    [
      2,
      'a policy that is always true',
      `alter policy tenant_isolation_policy on public.investigations using (true)`,
      `alter policy tenant_isolation_policy on public.investigations using (tenant_id = nullif(current_setting('app.current_tenant_id', true), '')::uuid)`,
      { code: 'changed-policy', object: 'public.investigations' },
      { code: 'fail-open', object: 'public.investigations', identity: 'app_user' },
      { code: 'policy-always-true', object: 'public.investigations' },
    ],
    [
      3,
      'FORCE off and another owner',
      'alter table public.investigations no force row level security, owner to app_user',
      'alter table public.investigations force row level security, owner to postgres',
      { code: 'changed-row-security', object: 'public.investigations' },
      { code: 'undeclared-owner', object: 'public.investigations', identity: 'app_user' },
      { code: 'fail-open', object: 'public.investigations', identity: 'app_user' },
    ],
    [
      1,
      'a definer without search_path',
      'alter function security.list_tenant_ids() reset search_path',
      'alter function security.list_tenant_ids() set search_path = pg_catalog, pg_temp',
      { code: 'changed-function', object: 'security.list_tenant_ids()', access: 'search_path' },
      { code: 'definer-without-search-path', object: 'security.list_tenant_ids()' },
    ],
    [
      2,
      'a definer’s body widened',
      restoreListing.replace('order by t.id', 'union all select gen_random_uuid() order by 1'),
      restoreListing,
      { code: 'changed-function', object: 'security.list_tenant_ids()', access: 'body' },
    ],
    [
      3,
      'EXECUTE to PUBLIC',
      'grant execute on function security.list_tenant_ids() to public',
      'revoke execute on function security.list_tenant_ids() from public',
      { code: 'undeclared-access', object: 'security.list_tenant_ids()', identity: 'PUBLIC' },
      { code: 'public-may-execute-definer', object: 'security.list_tenant_ids()' },
    ],
    [
      1,
      'a tenant in the role’s settings',
      `alter role app_user set app.current_tenant_id = 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa'`,
      'alter role app_user reset all',
      { code: 'undeclared-setting', object: 'app.current_tenant_id', identity: 'app_user' },
      { code: 'fail-open', identity: 'app_user', access: 'SELECT' },
    ],
    [
      4,
      'BYPASSRLS',
      'alter role app_user bypassrls',
      'alter role app_user nobypassrls',
      { code: 'undeclared-attribute', object: 'app_user', identity: 'app_user', access: 'BYPASSRLS' },
      { code: 'fail-open', identity: 'app_user' },
    ],
    [
      4,
      'pg_read_all_data',
      'grant pg_read_all_data to app_user',
      'revoke pg_read_all_data from app_user',
      { code: 'undeclared-membership', object: 'pg_read_all_data', identity: 'app_user' },
      {
        code: 'undeclared-access',
        object: 'public.tenants',
        identity: 'app_user',
        path: 'predefined role pg_read_all_data',
      },
    ],
    [
      2,
      'a view over tenants',
      'create view public.tenant_names as select name from public.tenants; grant select on public.tenant_names to app_rw',
      'drop view public.tenant_names',
      { code: 'undeclared-access', object: 'public.tenant_names', identity: 'app_user', path: 'via app_rw' },
      { code: 'view-over-guarded-table', object: 'public.tenant_names' },
    ],
    [
      1,
      'default privileges',
      'alter default privileges grant select on tables to app_rw',
      'alter default privileges revoke select on tables from app_rw',
      { code: 'future-object-exposed', object: 'future table in public', identity: 'app_user', path: 'via app_rw' },
    ],
  ];

  it.each(
    [1, 2, 3, 4]
      .map((number) => harms.filter(([look]) => look === number))
      .map((chosen) => [chosen.map(([, name]) => name).join(', '), chosen] as const),
  )('calls out %s', async (_, chosen) => {
    const { code, findings } = await checkAfter(
      chosen.map(([, , damage]) => damage).join('; '),
      chosen.map(([, , , undo]) => undo).join('; '),
    );
    expect(code).toBe(1);
    for (const { path, ...finding } of chosen.flatMap(([, , , , ...wanted]) => wanted)) {
      expect(findings).toContainEqual(
        expect.objectContaining(path === undefined ? finding : { ...finding, message: expect.stringContaining(path) }),
      );
    }
  });

  const isolation = `using (tenant_id = nullif(current_setting('app.current_tenant_id', true), '')::uuid)`;
  const harmless: [name: string, change: string, undo: string][] = [
    [
      'a nullable column',
      'alter table public.investigations add column note text',
      'alter table public.investigations drop column note',
    ],
    ['an index', 'create index harmless on public.investigations (created_at)', 'drop index public.harmless'],
    ['a comment', `comment on table public.tenants is 'who pays'`, 'comment on table public.tenants is null'],
    [
      'a renamed constraint',
      'alter table public.tenants rename constraint tenants_pkey to renamed',
      'alter table public.tenants rename constraint renamed to tenants_pkey',
    ],
    [
      'a policy created again',
      `drop policy tenant_isolation_policy on public.investigations; create policy tenant_isolation_policy on public.investigations ${isolation} with check ${isolation.slice(6)}`,
      'select 1',
    ],
    [
      'a new table with row security and no grants',
      'create table public.later (tenant_id uuid); alter table public.later enable row level security, force row level security',
      'drop table public.later',
    ],
    [
      'grants in another order',
      'revoke all on public.llm_monthly_costs from app_rw; grant update on public.llm_monthly_costs to app_rw; grant insert on public.llm_monthly_costs to app_rw; grant select on public.llm_monthly_costs to app_rw',
      'select 1',
    ],
  ];

  it(`is silent about ${harmless.map(([name]) => name).join(', ')}`, async () => {
    const { code, verdict } = await checkAfter(
      harmless.map(([, change]) => change).join('; '),
      harmless.map(([, , undo]) => undo).join('; '),
    );
    expect(verdict.reasons).toEqual([]);
    expect(code).toBe(0);
  });
});

describe('check, refusing nothing silently', () => {
  it('lists a login it has no URL for, and takes one from the variable of the contract', async () => {
    const { code, verdict } = await checkHead({ login: [] });
    expect(code).toBe(3);
    expect(verdict.reasons).toContain(
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
    expect(verdict.reasons).toContain(
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
      (await checkHead({ login: [`app_user=${head.urls.app_user.replace(/[^/]*$/, 'app_production')}`] })).verdict
        .reasons,
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
    const lesser = await checkHead({ url: head.urls.app_user, allowPgtap: true });
    expect(lesser.verdict.reasons).toContain(
      'no statement was run, only catalogs were read: app_user is no superuser, so nothing it runs is a positive control',
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

describe('drift', () => {
  const driftOfHead = async () => {
    const { context, answered } = testContext();
    const code = await drift(
      { contract: contractFile, url: head.urls.superuser, topology: 'embedded', format: 'text' },
      context,
    ).finally(() => context.releasers.release());
    return { code, text: answered() };
  };

  it('is silent about head, and names a manual GRANT', async () => {
    expect(await driftOfHead()).toEqual({ code: 0, text: 'the live database is in the state of head\n' });
    await head.superuser.script('grant delete on public.investigations to app_ro');
    const drifted = await driftOfHead();
    await head.superuser.script('revoke delete on public.investigations from app_ro');
    expect(drifted).toEqual({
      code: 1,
      text: '+ table public.investigations app_ro DELETE grantable=false grantor=postgres\n1 fact differs: + is live only, - is head only\n',
    });
  });
});

describe('why', () => {
  const ask = async (...question: [string, string, string]) => {
    const { context, answered } = testContext();
    await why(
      ...question,
      { contract: contractFile, url: head.urls.superuser, topology: 'embedded', format: 'text' },
      context,
    );
    return answered();
  };

  it('names the path and the grantor', async () => {
    expect(await ask('app_user', 'SELECT', 'public.llm_api_calls')).toBe(
      'yes: app_user has SELECT on public.llm_api_calls\n  via app_rw (granted by postgres)\n',
    );
  });

  it('says no, and what would be needed', async () => {
    expect(await ask('app_user', 'select', 'public.tenants')).toBe(
      'no: app_user does not have SELECT on public.tenants\n  missing: SELECT on public.tenants\n    GRANT SELECT ON TABLE public.tenants TO "app_user";\n  app_security has it directly, granted by postgres\n',
    );
    expect(await ask('app_ro', 'EXECUTE', 'security.list_tenant_ids()')).toContain(
      'missing: USAGE on schema security\n    GRANT USAGE ON SCHEMA security TO "app_ro";',
    );
    expect(await ask('ghost', 'SELECT', 'public.nothing')).toMatch(
      /the role ghost does not exist\n[^]*public\.nothing does not exist/,
    );
  });
});

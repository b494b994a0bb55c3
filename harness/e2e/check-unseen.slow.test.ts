import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { checkOn, type Checked } from '../testing/check-head.ts';
import { briefly } from '../testing/fixture-project.ts';
import { startTestHead, type TestHead } from '../testing/head.ts';

let head: TestHead;
beforeAll(async () => {
  head = await startTestHead();
  await head.superuser.script(`create role reader login password 'reader'`);
});
afterAll(() => head.stop());

const asReader = () => head.urls.superuser.replace(/\/\/[^@]*@/, '//reader:reader@');

/** The result of check while `change` is in force. */
async function during(change: string, back: string, options: Parameters<typeof checkOn>[1] = {}): Promise<Checked> {
  await head.superuser.script(change);
  try {
    return await checkOn(head, { allowPgtap: true, ...options });
  } finally {
    await head.superuser.script(back);
  }
}

describe('check, where the server lets it see less', () => {
  it('says which schemas the login of --url cannot look into', async () => {
    const { code, verdict, findings } = await during(
      'revoke usage on schema public from public; grant usage on schema public to app_user',
      'grant usage on schema public to public; revoke usage on schema public from app_user',
      { url: asReader() },
    );
    expect(code).toBe(1);
    // What PUBLIC no longer has, and each of the nine privileges that its group holds and could use only through PUBLIC.
    const held = [
      ...['budget_optimization_jobs', 'investigations', 'llm_api_calls'].map((name) => [name, 'INSERT/SELECT']),
      ['llm_monthly_costs', 'INSERT/SELECT/UPDATE'],
    ];
    expect(briefly(findings)).toEqual([
      'missing-access public PUBLIC USAGE',
      ...held.map(([table, access]) => `missing-access public.${table!} app_rw ${access!}`),
    ]);
    expect(verdict.proof.not_seen).toContainEqual(
      expect.stringMatching(
        /^reader has no USAGE on public: what is in it was not looked into, but in catalogs: public\.tenants$/,
      ),
    );
  });

  it('judges nothing where catalogs cannot be read', async () => {
    const hidden = await during(
      'revoke select on pg_catalog.pg_class from public',
      'grant select on pg_catalog.pg_class to public',
      { url: asReader() },
    );
    expect(hidden).toMatchObject({
      code: 3,
      findings: [],
      verdict: {
        status: 'inconclusive',
        exit_code: 3,
        reasons: [
          'nothing was judged, the catalogs could not be read: permission denied for table pg_class (SQLSTATE 42501)',
        ],
      },
    });
  });

  for (const [setting, value] of [
    ['default_transaction_read_only', 'on'],
    ['statement_timeout', '1ms'],
    ['idle_session_timeout', '1ms'],
    ['idle_in_transaction_session_timeout', '1ms'],
    ['lock_timeout', '1ms'],
  ] as const) {
    for (const [who, what] of [
      ['superuser', 'role postgres'],
      ['login', 'role app_user'],
      ['database', 'database skeldir_e2e'],
    ] as const) {
      it(`tells of ${setting} = ${value} of the ${who}, and does not break off by it`, async () => {
        const { verdict, code } = await during(
          `alter ${what} set ${setting} = '${value}'`,
          `alter ${what} reset ${setting}`,
        );
        expect(code).toBe(1);
        expect(verdict.reasons).toContainEqual(expect.stringMatching(new RegExp(`^undeclared-setting: .*${setting}$`)));
      });
    }
  }

  it('says that a login may not CONNECT', async () => {
    const { verdict } = await during(
      'revoke connect on database skeldir_e2e from public, app_user',
      'grant connect on database skeldir_e2e to public',
    );
    expect(verdict.reasons).toContain(
      'app_user could not log in: permission denied for database "skeldir_e2e" (SQLSTATE 42501)',
    );
  });
});

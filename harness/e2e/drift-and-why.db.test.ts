import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { drift } from '../commands/drift.ts';
import { why } from '../commands/why.ts';
import { contractFile, startTestHead, testContext, type TestHead } from '../testing/head.ts';

let head: TestHead;
beforeAll(async () => {
  head = await startTestHead();
});
afterAll(() => head.stop());

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
      'no: app_user does not have SELECT on public.tenants\n  missing: SELECT on public.tenants\n    GRANT SELECT ON TABLE public.tenants TO "app_user";\n  the contract does not give app_user SELECT on public.tenants: with it, run and check would find undeclared access\n  app_security has it directly, granted by postgres\n',
    );
    expect(await ask('app_ro', 'EXECUTE', 'security.list_tenant_ids()')).toContain(
      'missing: USAGE on schema security\n    GRANT USAGE ON SCHEMA security TO "app_ro";',
    );
    expect(await ask('ghost', 'SELECT', 'public.nothing')).toMatch(
      /the role ghost does not exist\n[^]*public\.nothing does not exist/,
    );
  });
});

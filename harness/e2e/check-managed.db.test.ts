import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { checkOn, type Checked } from '../testing/check-head.ts';
import type { Attempt, PositiveControl } from '../attempts/attempt.ts';
import { judgeDatabase } from '../commands/judge-database.ts';
import { testContext } from '../testing/head.ts';
import { providersSuperuser, startManagedHead, type ManagedHead } from '../testing/managed-head.ts';
import { whileChanged } from '../testing/while-changed.ts';
import { looks, wantedOf } from './harms.fixture.ts';

let head: ManagedHead;
let untouched: string;

beforeAll(async () => {
  head = await startManagedHead();
  untouched = await head.fingerprint();
});
afterAll(() => head.stop());

/** The result of check through an admin without superuser, while `damage` is in force. */
function checkAfter(
  damage = 'select 1',
  undo = 'select 1',
  options: Parameters<typeof checkOn>[1] = {},
): Promise<Checked> {
  return whileChanged(head, untouched, { damage, undo }, () =>
    checkOn(head, { url: head.urls.admin, contract: head.contract, allowPgtap: true, ...options }),
  );
}

/** Who ran the controls, and who called the functions that are closed to them. */
async function whoWas(url = head.urls.admin) {
  const login = [`app_user=${head.urls.app_user}`];
  const live = await judgeDatabase({ contract: head.contract, url, login }, testContext().context, {});
  if (typeof live === 'string') {
    throw new Error(live);
  }
  const { attempts, onlyPaths } = live.observation.seen;
  const controls = attempts.filter((one): one is Attempt & { control: PositiveControl } => one.control !== null);
  return {
    unproven: live.judged.unproven.filter(({ reason }) => reason !== 'no suite ran'),
    controls: [
      ...new Set(controls.filter(({ object }) => object.startsWith('public.llm')).map(({ control }) => control.as)),
    ],
    calls: [
      ...new Set(
        controls.filter(({ access }) => access === 'EXECUTE').map(({ control }) => `${control.as} ${control.outcome}`),
      ),
    ],
    gateways: [
      ...new Set(
        onlyPaths.flatMap(({ gateways }) => gateways.map(({ as, by, outcome }) => `${as} ${by ?? ''} ${outcome}`)),
      ),
    ],
  };
}

/** What the connected role does, the migrator does, which here is another role. */
const byMigrator = (sql: string) => sql.replace('default privileges', 'default privileges for role postgres');

describe('the hands of check', () => {
  const during = <T>(damage: string, undo: string, work: () => Promise<T>): Promise<T> =>
    whileChanged(head, untouched, { damage, undo }, work);
  const tables = ['llm_api_calls', 'llm_monthly_costs', 'investigations', 'budget_optimization_jobs'];
  const ofAll = (change: (table: string) => string) => tables.map(change).join('; ');
  const outsider = () => head.urls.admin.replace(/\/\/[^@]*@/, '//outsider:outsider@');

  it('are the owner as each tenant where row security is forced, and the owner of a function that it may become', async () => {
    expect(await whoWas()).toEqual({
      unproven: [],
      controls: expect.arrayContaining(['owner postgres, own-tenant', 'app_user, own-tenant']) as unknown,
      calls: ['app_security (BYPASSRLS) allowed'],
      gateways: ['app_ro set role denied-by-grant'],
    });
  });

  it('are the admin where it passes over row security', async () => {
    const { unproven, controls } = await during(
      'alter role postgres bypassrls',
      'alter role postgres nobypassrls',
      () => whoWas(),
    );
    expect(unproven).toEqual([]);
    expect(controls).toContain('postgres (BYPASSRLS)');
  });

  it('are the owner, whose role an admin that owns nothing may take', async () => {
    const { unproven, controls } = await during(
      `create role outsider login password 'outsider'; grant postgres to outsider with inherit false, set true`,
      'drop role outsider',
      () => whoWas(outsider()),
    );
    expect(unproven).toEqual([]);
    expect(controls).toContain('owner postgres, own-tenant');
  });

  it('are the login as its own tenant, where policies let the owner see nothing', async () => {
    const { unproven, controls } = await during(
      ofAll((table) => `alter policy tenant_isolation_policy on public.${table} to app_user`),
      ofAll((table) => `alter policy tenant_isolation_policy on public.${table} to public`),
      () => whoWas(),
    );
    expect(unproven).toEqual([]);
    expect(controls).toEqual(expect.arrayContaining(['app_user, own-tenant']));
  });

  it('are nobody for a table that nobody reads, which is told and not tried', async () => {
    const { code, verdict } = await checkAfter(
      `alter table public.investigations owner to ${providersSuperuser}; revoke select on public.investigations from app_rw`,
      'alter table public.investigations owner to postgres; grant select on public.investigations to app_rw',
    );
    expect(code).toBe(1);
    expect(verdict.reasons).toContain(
      'public.investigations was not tried: nobody who can be used here reads the rows of public.investigations',
    );
  });
});

describe('check through an admin that is not a superuser', () => {
  it('proves every attempt, and leaves nothing behind', async () => {
    const { code, verdict } = await checkAfter();
    expect(verdict.reasons).toEqual([]);
    expect(code).toBe(0);
  });

  it.each(looks)('calls out %s', async (_, { chosen, damage, undo }) => {
    const { code, findings } = await checkAfter(byMigrator(damage), byMigrator(undo));
    expect(code).toBe(1);
    for (const finding of wantedOf(chosen)) {
      expect(findings).toContainEqual(finding);
    }
  });
});

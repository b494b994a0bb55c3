import { afterAll, beforeAll, expect, it } from 'vitest';

import { exitCode, RolecallError } from '../common/errors.ts';
import { serverError } from '../postgres/sql-error.ts';
import { checkOn } from '../testing/check-head.ts';
import { startTestHead, type TestHead } from '../testing/head.ts';
import { randomChange, randomLogin, type Surroundings } from '../testing/random-login.ts';
import { Dice } from '../testing/random-world.ts';

let head: TestHead;
let untouched: string;
beforeAll(async () => {
  head = await startTestHead();
  untouched = await head.fingerprint();
});
afterAll(() => head.stop());

const around: Surroundings = {
  database: 'skeldir_e2e',
  roles: ['app_user', 'app_rw', 'app_ro', 'app_security'],
  schemas: ['public', 'security'],
  tables: ['public.tenants', 'public.investigations', 'public.llm_api_calls', 'public.llm_monthly_costs'],
  functions: ['security.list_tenant_ids()', 'security.resolve_tenant_webhook_secrets(text)'],
};

/** Without the group that app_user is in anyway: undoing the change would remove it. */
const ofChange = { ...around, roles: around.roles.filter((role) => role !== 'app_rw') };

/** Runs each statement, and leaves out those that the server refuses. */
async function perform(statements: readonly string[]): Promise<string[]> {
  const refused: string[] = [];
  for (const statement of statements) {
    await head.superuser.script(statement).catch((error: unknown) => {
      if (serverError(error) === undefined) {
        throw error;
      }
      refused.push(statement);
    });
  }
  return refused;
}

const urlOf = (name: string) => head.urls.superuser.replace(/\/\/[^@]*@/, `//${name}:${name}@`);

/** How `check` ends: with a verdict, or with exit 2 if it cannot log in. Anything else is a crash. */
async function ending(options: Parameters<typeof checkOn>[1]): Promise<number | string> {
  try {
    const { code, verdict } = await checkOn(head, options);
    return verdict.exit_code === code
      ? code
      : `exit ${String(code)}, and its verdict says ${String(verdict.exit_code)}`;
  } catch (error) {
    return error instanceof RolecallError && error.code === 'connection-failed' ? 'cannot log in' : String(error);
  }
}

const logins = 200;
const seed = Number(process.env['ROLECALL_SEED'] ?? 15);

it(
  `check ends with a verdict for each of ${String(logins)} random logins (seed ${String(seed)})`,
  { timeout: 600_000 },
  async () => {
    const dice = new Dice(seed);
    const ends = new Map<number | string, number>();
    for (let number = 0; number < logins; number++) {
      const login = randomLogin(dice, `login_${String(number)}`, around);
      const change = dice.chance(6) ? randomChange(dice, 'app_user', ofChange) : { makes: [], undoes: [] };
      const asks: Parameters<typeof checkOn>[1] = {
        url: change.makes.length > 0 && dice.chance(40) ? head.urls.superuser : urlOf(login.name),
        login: change.makes.length > 0 || dice.chance(15) ? [`app_user=${head.urls.app_user}`] : [],
        ...(dice.chance(50) ? { allowPgtap: true } : {}),
      };
      const told = [...login.makes, ...change.makes].join('; ');
      await perform([...login.makes, ...change.makes]);
      const end = await ending(asks);
      ends.set(end, (ends.get(end) ?? 0) + 1);
      const mayBeShutOut = login.shutOut && asks.url !== head.urls.superuser;
      expect([0, 1, 3, ...(mayBeShutOut ? ['cannot log in'] : [])], told).toContain(end);
      await perform([...change.undoes, ...login.undoes]);
      // check itself reports what its statements leave. This shows what ten checks left.
      if (number % 10 === 9) {
        expect(await head.fingerprint(), told).toBe(untouched);
      }
    }
    // They do not all end the same way.
    expect([...ends.keys()].toSorted()).toEqual([
      exitCode.holds,
      exitCode.broken,
      exitCode.inconclusive,
      'cannot log in',
    ]);
  },
);

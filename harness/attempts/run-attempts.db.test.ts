import { sessionsOf, tenantsOf } from '../contract/sessions.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { contextNames, type ContextName } from '../contract/contract.ts';
import { connect, type Session } from '../postgres/session.ts';
import { startTestServer, type TestServer } from '../testing/server.ts';
import type { Attempt } from './attempt.ts';
import { failClosedMatrix } from '../proofs/fail-closed/cells.ts';
import { contract, schema } from '../testing/attempted-tables.ts';
import { runAttempts } from './run-attempts.ts';
import { sessionFormOf } from './session-form.ts';
import { entriesOf } from './tenant-context.ts';
import { Transactions } from './transactions.ts';

let server: TestServer;
let superuser: Session;
let attempts: Attempt[];
beforeAll(async () => {
  server = await startTestServer();
  superuser = await connect(server.superuser);
  await superuser.script(schema);
  const sessions: Session[] = [];
  const login = async (user: string, password: string) => {
    const session = await connect({ ...server.superuser, user, password });
    sessions.push(session);
    return session;
  };
  attempts = await runAttempts(
    superuser,
    contract,
    new Map([
      ['app', { untouched: await login('app', 'app'), used: await login('app', 'app') }],
      ['bl"ind', { untouched: await login('bl"ind', 'blind'), used: await login('bl"ind', 'blind') }],
      ['ghost', { outcome: 'absent', sqlstate: null, message: 'role "ghost" does not exist' }] as const,
    ]),
  );
  await Promise.all(sessions.map((session) => session.close()));
});
afterAll(async () => {
  await superuser.close();
  await server.stop();
});

const find = (object: string, access: string, context = 'none', identity = 'app') =>
  attempts.find(({ key }) => key === `attempt/${identity}/${object}/${access}/${context}`)!;

const commands = ['SELECT', 'INSERT', 'UPDATE', 'DELETE'];

/** The result of a context for the four statements: outcome and rows, and `!` if another tenant's rows were reached. */
function seen(object: string, context: string, identity?: string): string[] {
  return commands.map((access) => {
    const { outcome, rows, foreign_rows } = find(object, access, context, identity);
    return `${outcome}${outcome === 'allowed' ? ` ${rows}` : ''}${foreign_rows > 0 ? `!${foreign_rows}` : ''}`;
  });
}
/** The cells of the four plain commands that are open, such as `SELECT never-set`. */
const open = (object: string) =>
  failClosedMatrix(contract, attempts)
    .filter(({ table, identity }) => table === object && identity === 'app')
    .filter(({ closed, command }) => !closed && commands.includes(command))
    .map(({ command, context }) => `${command} ${context}`);

const gone = ['never-set', 'empty', 'after-commit', 'after-reset', 'after-discard-all', 'after-error'];

describe('a policy that keeps tenants apart', () => {
  const name = '"we ird"."ta""ble"';

  it('lets a tenant reach its own rows, and hides all others', () => {
    expect(open(name)).toEqual([]);
    expect(seen(name, 'own-tenant')).toEqual(['allowed 2', 'allowed 1', 'allowed 2', 'allowed 2']);
    expect(seen(name, 'other-tenant')).toEqual(['allowed 1', 'denied-by-rls', 'allowed 1', 'allowed 1']);
    expect(seen(name, 'reused-by-other-tenant')).toEqual(seen(name, 'other-tenant'));
    expect(seen(name, 'unknown-tenant')).toEqual(['hidden', 'allowed 1', 'hidden', 'hidden']);
    for (const context of [...gone, 'blank', 'not-of-type']) {
      expect([context, ...seen(name, context)]).toEqual([context, 'hidden', 'denied-by-rls', 'hidden', 'hidden']);
    }
  });

  it('has a control that shows the same statement working', () => {
    expect(find(name, 'SELECT', 'never-set').control).toEqual({
      as: 'app, own-tenant',
      outcome: 'allowed',
      sqlstate: null,
      message: null,
      rows: 2,
    });
    expect(find(name, 'SELECT', 'own-tenant').control).toMatchObject({ as: 'superuser', outcome: 'allowed', rows: 5 });
    expect(find(name, 'SELECT', 'own-tenant', 'bl"ind').control).toMatchObject({
      as: 'superuser',
      outcome: 'allowed',
      rows: 5,
    });
  });

  it('reads the server’s words and shows no value', () => {
    expect(find(name, 'INSERT', 'other-tenant')).toMatchObject({
      sqlstate: '42501',
      message: 'new row violates row-level security policy for table "ta"ble"',
      sql: `insert into ${name} ("tenant_id", "note") values (…, …)`,
    });
    expect(JSON.stringify(attempts)).not.toContain('secret-note');
  });

  it('may close by an error', () => {
    expect(open('strict')).toEqual([]);
    expect(seen('strict', 'never-set')).toEqual(['error:42704', 'error:42704', 'error:42704', 'error:42704']);
  });

  it('is closed where a tenant has all the rows there are, and where nobody has any', () => {
    expect(open('alone')).toEqual([]);
    expect(seen('alone', 'own-tenant')).toEqual(['allowed 2', 'allowed 1', 'allowed 2', 'allowed 2']);
    expect(open('nobody')).toEqual([]);
    expect(seen('nobody', 'own-tenant')).toEqual(['allowed 0', 'allowed 1', 'allowed 0', 'allowed 0']);
  });
});

describe('a policy that leaks is seen to', () => {
  it('always true', () => {
    expect(seen('leaky', 'own-tenant')).toEqual(['allowed 3!1', 'allowed 1', 'allowed 3!1', 'allowed 3!1']);
    expect(seen('leaky', 'never-set')).toEqual(['allowed 3!3', 'allowed 1', 'allowed 3!3', 'allowed 3!3']);
    const inAll = contextNames.flatMap((context) =>
      [
        'SELECT',
        ...(context === 'own-tenant' || context === 'unknown-tenant' ? [] : ['INSERT']),
        'UPDATE',
        'DELETE',
      ].map((command) => `${command} ${context}`),
    );
    expect(open('leaky')).toEqual(inAll);
  });

  it('compared as text: a used session reaches the tenant of no name', () => {
    expect(open('textual')).toEqual(
      gone.slice(1).flatMap((context) => ['SELECT', 'UPDATE', 'DELETE'].map((command) => `${command} ${context}`)),
    );
    expect(seen('textual', 'after-commit')).toEqual(['allowed 1!1', 'denied-by-rls', 'allowed 1!1', 'allowed 1!1']);
    expect(seen('textual', 'never-set')).toEqual(['hidden', 'denied-by-rls', 'hidden', 'hidden']);
  });

  it('rows of no tenant are everybody’s', () => {
    expect(seen('nulls', 'own-tenant')).toEqual(['allowed 3!1', 'allowed 1', 'allowed 3!1', 'allowed 3!1']);
    expect(open('nulls')).toEqual(
      contextNames.flatMap((context) => ['SELECT', 'UPDATE', 'DELETE'].map((command) => `${command} ${context}`)),
    );
  });

  it('not checked on writing', () => {
    expect(open('writable')).toEqual(
      contextNames
        .filter((context) => context !== 'own-tenant' && context !== 'unknown-tenant')
        .map((context) => `INSERT ${context}`),
    );
  });

  it('not for UPDATE, where the login may not even read', () => {
    expect(seen('changeable', 'own-tenant')).toEqual([
      'denied-by-grant',
      'denied-by-grant',
      'allowed 3!1',
      'allowed 2',
    ]);
    expect(open('changeable')).toEqual(contextNames.map((context) => `UPDATE ${context}`));
  });

  it('where the tenant’s column cannot be read', () => {
    expect(seen('columns', 'other-tenant')).toEqual([
      'allowed 3!2',
      'denied-by-grant',
      'denied-by-grant',
      'denied-by-grant',
    ]);
    expect(open('columns')).toEqual(contextNames.map((context) => `SELECT ${context}`));
  });

  it('although a constraint stops the statement', () => {
    expect(find('counted', 'INSERT', 'never-set').outcome).toBe('stopped:23505');
    expect(open('counted')).toContain('INSERT never-set');
    expect(open('counted')).not.toContain('INSERT own-tenant');
  });
});

describe('an attempt without tenants', () => {
  it('is made once on a table that has none, row security or not', () => {
    expect(
      attempts.filter(({ object, identity }) => object === 'plain' && identity === 'app').map(({ key }) => key),
    ).toHaveLength(4);
    expect(seen('plain', 'none')).toEqual(['allowed 1', 'denied-by-grant', 'denied-by-grant', 'denied-by-grant']);
    expect(seen('by_owner', 'none')).toEqual(['allowed 1', 'denied-by-grant', 'allowed 1', 'denied-by-grant']);
    expect(find('by_owner', 'SELECT', 'never-set')).toBeUndefined();
    expect(open('by_owner')).toEqual([]);
  });

  it.each([
    ['may(text)', 'allowed', null],
    ['may_not()', 'denied-by-grant', '42501'],
    ['reads()', 'error:42704', '42704'],
    ['gone(integer)', 'absent', '42883'],
  ])('calls %s: %s', (fn, outcome, sqlstate) => {
    expect(find(fn, 'EXECUTE')).toMatchObject({ outcome, sqlstate });
  });

  it('finds what is not there absent, and so its superuser', () => {
    expect(find('gone', 'SELECT', 'own-tenant')).toMatchObject({ outcome: 'absent', control: { outcome: 'absent' } });
  });
});

describe('a context', () => {
  it.each<[context: ContextName, tenant: string | null]>([
    ['never-set', null],
    ['empty', ''],
    ['blank', '   '],
    ['after-commit', ''],
    ['after-reset', ''],
    ['after-discard-all', ''],
    ['after-error', ''],
    ['not-of-type', 'x'],
    ['other-tenant', 'b'],
    ['reused-by-other-tenant', 'b'],
    ['own-tenant', 'a'],
    ['unknown-tenant', 'u'],
  ])('%s has a fresh session, in a transaction, hold %j', async (context, tenant) => {
    const session = await connect(server.superuser);
    try {
      const transactions = new Transactions();
      const [{ before, enter }] = entriesOf(context, sessionFormOf(contract, sessionsOf(contract)[0]!), {
        tenants: tenantsOf(contract),
        onMissing: undefined,
        roleForms: [],
        seen: 'select 1',
        hostile: [],
        disguises: [],
      });
      await transactions.enter({ session, begin: 'begin', before, enter });
      expect(
        await session.query(
          `select current_setting('app.tenant', true) as tenant, current_setting('statement_timeout') as timeout`,
        ),
      ).toEqual([{ tenant, timeout: '30s' }]);
      await transactions.end();
      expect(
        await session.query(
          `select nullif(current_setting('app.tenant', true), '') as tenant, current_setting('statement_timeout') as timeout`,
        ),
      ).toEqual([{ tenant: null, timeout: '0' }]);
    } finally {
      await session.close();
    }
  });
});

describe('a login', () => {
  it('without grants is denied everything, by the server', () => {
    for (const context of contextNames) {
      expect(seen('"we ird"."ta""ble"', context, 'bl"ind')).toEqual([
        'denied-by-grant',
        'denied-by-grant',
        'denied-by-grant',
        'denied-by-grant',
      ]);
    }
  });

  it('that is not there has tried everything in vain', () => {
    const tried = attempts.filter(({ identity }) => identity === 'ghost');
    expect(tried).toHaveLength(attempts.filter(({ identity }) => identity === 'app').length);
    expect(new Set(tried.map(({ outcome, rows }) => `${outcome} ${rows}`))).toEqual(new Set(['absent 0']));
  });

  it('leaves every table as it was', async () => {
    const [row] = await superuser.query<{ counts: string }>(
      `select concat_ws(' ', (select count(*) from leaky), (select count(*) from "we ird"."ta""ble"), (select count(distinct note) from leaky)) as counts`,
    );
    expect(row!.counts).toBe('3 5 1');
  });
});

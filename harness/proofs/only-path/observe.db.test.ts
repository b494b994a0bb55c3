import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { readProject } from '../../pipeline/project.ts';
import type { Session } from '../../postgres/session.ts';
import { logInAppUser } from '../../testing/app-user.ts';
import { contractFile, startTestHead, type TestHead } from '../../testing/head.ts';
import { judgeOnlyPaths, onlyPaths, unprovenPaths } from './judge.ts';
import type { ParsedContract } from '../../contract/contract.ts';
import { runAttempts } from '../../attempts/run-attempts.ts';
import { runOnlyPaths } from './observe.ts';

let head: TestHead;
let contract: ParsedContract;
const sessions: Session[] = [];

beforeAll(async () => {
  head = await startTestHead();
  const project = await readProject(contractFile);
  // Only the gateways and the table behind them. The tenants' tables have their own proof.
  contract = { ...project.contract, tables: { 'public.tenants': project.contract.tables['public.tenants']! } };
});
afterAll(async () => {
  await Promise.all(sessions.map((session) => session.close()));
  await head.stop();
});

/** The observation after `damage`, as the superuser with the login's session authorization, as for a mutant. */
async function seenAfter(damage: string) {
  const opening = `begin; ${damage}`;
  const login = {
    untouched: head.superuser,
    used: head.superuser,
    begin: opening,
    become: ['set local session authorization app_user'],
  };
  const attempts = await runAttempts(head.superuser, contract, new Map([['app_user', login]]), { opening });
  const observations = await runOnlyPaths(head.superuser, contract, { opening });
  return judgeOnlyPaths(contract, observations, attempts).map(({ code, identity, access }) =>
    `${code} ${identity} ${access ?? ''}`.replace('  ', ' '),
  );
}

describe('the only path to tenants, at head', () => {
  it('is proven: the gateways work for those who may, are shut to others, and nothing else reaches the table', async () => {
    const before = await head.fingerprint();
    const attempts = await runAttempts(
      head.superuser,
      contract,
      new Map([['app_user', await logInAppUser(head, sessions)]]),
    );
    const observations = await runOnlyPaths(head.superuser, contract);
    const [proof, ...more] = onlyPaths(contract, observations, attempts);
    expect(more).toEqual([]);
    expect(judgeOnlyPaths(contract, observations, attempts)).toEqual([]);
    expect(unprovenPaths([proof!])).toEqual([]);
    expect(proof!.ways).toEqual([]);
    expect(new Set(proof!.direct.map(({ access, outcome }) => `${access} ${outcome}`))).toEqual(
      new Set(['SELECT', 'INSERT', 'UPDATE', 'DELETE'].map((command) => `${command} denied-by-grant`)),
    );
    expect(proof!.gateways.map(({ as, session, what, outcome, rows }) => [as, session, what, outcome, rows])).toEqual([
      ['app_user', 'login', 'security.list_tenant_ids()', 'allowed', 4],
      ['app_user', 'login', 'security.resolve_tenant_webhook_secrets(text)', 'allowed', 1],
      ['app_ro', 'session authorization', 'security.list_tenant_ids()', 'denied-by-grant', 0],
      ['a stranger', 'session authorization', 'security.list_tenant_ids()', 'denied-by-grant', 0],
      ['app_ro', 'session authorization', 'security.resolve_tenant_webhook_secrets(text)', 'denied-by-grant', 0],
      ['a stranger', 'session authorization', 'security.resolve_tenant_webhook_secrets(text)', 'denied-by-grant', 0],
    ]);
    expect(proof!.gateways.filter(({ as }) => as === 'a stranger').map(({ message }) => message)).toEqual([
      'permission denied for function list_tenant_ids',
      'permission denied for function resolve_tenant_webhook_secrets',
    ]);
    expect(await head.fingerprint()).toBe(before);
  });

  it('makes no role where it may not', async () => {
    const [tenants] = await runOnlyPaths(head.superuser, contract, { stranger: false });
    expect(tenants!.gateways.map(({ as }) => as)).toEqual(['app_ro', 'app_ro']);
  });
});

const listing = 'EXECUTE security.list_tenant_ids()';
const definer = (name: string, body: string, rest = '') =>
  `create function ${name} returns bigint language sql security definer ${rest} as $f$ ${body} $f$; revoke execute on function ${name} from public; grant execute on function ${name} to app_rw`;

describe('the only path to tenants is seen to be open', () => {
  it.each<[what: string, damage: string, found: string[]]>([
    [
      'a grant on the table',
      'grant select on public.tenants to app_rw',
      ['only-path-open app_rw SELECT', 'only-path-open app_user SELECT'],
    ],
    [
      'a grant on a column, to PUBLIC',
      'grant update (name) on public.tenants to public',
      ['PUBLIC', 'app_ro', 'app_rw', 'app_user'].map((role) => `only-path-open ${role} UPDATE`),
    ],
    [
      'TRUNCATE, which no attempt tries',
      'grant truncate on public.tenants to app_ro',
      ['only-path-open app_ro TRUNCATE'],
    ],
    [
      'a view',
      'create view public.v as select * from public.tenants; grant select on public.v to app_rw',
      ['only-path-open view public.v'],
    ],
    [
      'one column of a view over a view',
      'create view public.w as select id, name from public.tenants; create view public.v as select * from public.w; grant select (id) on public.v to app_user',
      ['only-path-open view public.v'],
    ],
    [
      'a materialized view',
      'create materialized view public.m as select id from public.tenants; grant select on public.m to public',
      ['only-path-open materialized view public.m'],
    ],
    [
      'a listed function given to PUBLIC, whose body asks for what is not there',
      'create or replace function security.list_tenant_ids() returns table (tenant_id uuid) language plpgsql security definer as $f$ begin return query select id from public.gone; end $f$; grant execute on function security.list_tenant_ids() to public',
      [`only-path-open PUBLIC ${listing}`, `only-path-closed app_user ${listing}`],
    ],
    [
      'a second definer function',
      definer('public.f()', 'select count(*) from public.tenants'),
      ['only-path-open definer function public.f()'],
    ],
    [
      'one with an SQL-standard body',
      'create function public.f() returns bigint language sql security definer begin atomic select count(*) from public.tenants; end; revoke execute on function public.f() from public; grant execute on function public.f() to app_rw',
      ['only-path-open definer function public.f()'],
    ],
    [
      'one that calls another',
      `create function public.inner_one() returns bigint language sql as 'select count(*) from public.tenants'; revoke execute on function public.inner_one() from public; ${definer('public.f()', 'select public.inner_one()')}`,
      ['only-path-open definer function public.f()'],
    ],
    [
      'one that reads an invoker’s view',
      `create view public.v with (security_invoker) as select * from public.tenants; ${definer('public.f()', 'select count(*) from public.v')}`,
      ['only-path-open definer function public.f()'],
    ],
    [
      'a rule',
      'create rule r as on insert to public.investigations do also update public.tenants set name = name',
      ['only-path-open rule r on public.investigations'],
    ],
    [
      'a definer’s trigger',
      `create function public.t() returns trigger language plpgsql security definer as $f$ begin perform count(*) from public.tenants; return new; end $f$; create trigger t before insert on public.investigations for each row execute function public.t()`,
      ['only-path-open trigger t on public.investigations'],
    ],
    [
      'a child',
      'create table public.c () inherits (public.tenants); grant insert on public.c to app_ro',
      ['only-path-open child public.c'],
    ],
    [
      'a parent',
      'create table public.p (id uuid not null); alter table public.tenants inherit public.p; grant select on public.p to app_ro',
      ['only-path-open parent public.p'],
    ],
    [
      'a cascade',
      'create table public.plans (id uuid primary key); alter table public.tenants add plan uuid constraint to_plan references public.plans on delete set null; grant delete on public.plans to app_rw',
      ['only-path-open foreign key to_plan to public.plans'],
    ],
    [
      'EXECUTE to PUBLIC',
      'grant execute on function security.list_tenant_ids() to public',
      ['only-path-open PUBLIC EXECUTE security.list_tenant_ids()'],
    ],
    [
      'EXECUTE to a group',
      'grant usage on schema security to app_ro; grant execute on function security.list_tenant_ids() to app_ro',
      ['only-path-open app_ro EXECUTE security.list_tenant_ids()'],
    ],
  ])('by %s', async (_, damage, found) => {
    expect(await seenAfter(damage)).toEqual(found);
  });

  it.each<[what: string, damage: string]>([
    ['a view that nobody may read', 'create view public.v as select * from public.tenants'],
    [
      'an invoker’s view',
      'create view public.v with (security_invoker) as select * from public.tenants; grant select on public.v to app_rw',
    ],
    [
      'an invoker’s function',
      `create function public.f() returns bigint language sql as 'select count(*) from public.tenants'; grant execute on function public.f() to app_rw`,
    ],
    [
      'a definer function of a table with that name in another schema',
      `create schema elsewhere; create table elsewhere.tenants (); ${definer('public.f()', 'select count(*) from elsewhere.tenants')}`,
    ],
    [
      'a definer function with a longer name, or that only comments on it',
      definer('public.f()', 'select 1::bigint as my_tenants -- from public.tenants\n'),
    ],
    [
      'a definer function that calls a listed one',
      definer('public.f()', 'select count(*) from security.list_tenant_ids()'),
    ],
  ])('and not by %s', async (_, damage) => {
    expect(await seenAfter(damage)).toEqual([]);
  });
});

describe('a gateway that is shut is seen', () => {
  it.each<[what: string, damage: string, found: string[]]>([
    [
      'EXECUTE revoked',
      'revoke execute on function security.list_tenant_ids() from app_rw',
      ['only-path-closed app_user EXECUTE security.list_tenant_ids()'],
    ],
    [
      'USAGE on the schema revoked',
      'revoke usage on schema security from app_rw',
      [
        'only-path-closed app_user EXECUTE security.list_tenant_ids()',
        'only-path-closed app_user EXECUTE security.resolve_tenant_webhook_secrets(text)',
      ],
    ],
    [
      'SECURITY INVOKER',
      'alter function security.list_tenant_ids() security invoker',
      ['only-path-closed app_user EXECUTE security.list_tenant_ids()'],
    ],
    [
      'the function gone',
      'drop function security.list_tenant_ids()',
      ['only-path-closed app_user EXECUTE security.list_tenant_ids()'],
    ],
  ])('%s', async (_, damage, found) => {
    expect(await seenAfter(damage)).toEqual(found);
  });

  it('and one that answers nobody proves nothing', async () => {
    const call = `select * from security.resolve_tenant_webhook_secrets('no such key')`;
    const fn = 'security.resolve_tenant_webhook_secrets(text)';
    const other = { ...contract, functions: { ...contract.functions, [fn]: { ...contract.functions[fn]!, call } } };
    const login = {
      untouched: head.superuser,
      used: head.superuser,
      become: ['set local session authorization app_user'],
    };
    const attempts = await runAttempts(head.superuser, other, new Map([['app_user', login]]));
    const observations = await runOnlyPaths(head.superuser, other);
    expect(judgeOnlyPaths(other, observations, attempts)).toEqual([]);
    expect(unprovenPaths(onlyPaths(other, observations, attempts))).toMatchObject([
      {
        object: 'public.tenants',
        reason: `${fn} as app_user: its call returned no row to anybody: give one that does`,
      },
    ]);
  });
});

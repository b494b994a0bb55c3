import type { LoginRefusal, LoginSessions } from '../../attempts/try-statement.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { ParsedContract } from '../../contract/contract.ts';
import { readProject } from '../../pipeline/project.ts';
import { unprovenLines } from '../../findings/unproven.ts';
import type { Session } from '../../postgres/session.ts';
import { logInAppUser } from '../../testing/app-user.ts';
import { contractFile, startTestHead, type TestHead } from '../../testing/head.ts';
import { judgeOracles, unprovenOracles } from './judge.ts';
import { runOracles, type Oracle } from './observe.ts';

const tables = [
  'public.llm_api_calls',
  'public.llm_monthly_costs',
  'public.investigations',
  'public.budget_optimization_jobs',
];

let head: TestHead;
let contract: ParsedContract;
let atHead: Oracle[];

beforeAll(async () => {
  head = await startTestHead();
  ({ contract } = await readProject(contractFile));
  const sessions: Session[] = [];
  atHead = await runOracles(
    head.superuser,
    contract,
    new Map<string, LoginSessions | LoginRefusal>([
      ['app_user', await logInAppUser(head, sessions)],
      ['ghost', { outcome: 'absent', sqlstate: null, message: 'no such role' }] as const,
    ]),
  );
  await Promise.all(sessions.map((session) => session.close()));
});
afterAll(() => head.stop());

/** Oracles that exist after `damage` and not at head, as the superuser with the login's session authorization. */
async function oraclesAfter(damage: string): Promise<Oracle[]> {
  const opening = `begin; ${damage}`;
  const login = {
    untouched: head.superuser,
    used: head.superuser,
    begin: opening,
    become: ['set local session authorization app_user'],
  };
  const seen = await runOracles(head.superuser, contract, new Map([['app_user', login]]), { opening });
  return seen.filter(
    (one) =>
      !atHead.some(
        ({ table, key, kind, open }) =>
          table === one.table && key === one.key && kind === one.kind && open === one.open,
      ),
  );
}

const short = ({ kind, key, open, guessable, hidden, absent }: Oracle) =>
  `${kind} ${key} ${open ? 'open' : 'closed'}${guessable ? '' : ' random'}: ${hidden.outcome} ${hidden.rows}, ${absent.outcome} ${absent.rows}`;
const findings = (oracles: Oracle[]) =>
  judgeOracles(contract, oracles).map(
    ({ severity, object, identity, access }) => `${severity} ${object} ${identity} ${access ?? ''}`,
  );
const toInvestigations = (end: string) =>
  `alter table public.budget_optimization_jobs add investigation uuid constraint to_investigation references public.investigations ${end};`;
const numbered =
  'alter table public.investigations add number integer generated always as identity constraint by_number unique;';

describe('the oracles at head', () => {
  it('are random keys, which need the value itself; references and cascades tell nothing', () => {
    for (const table of tables) {
      const name = table.replace('public.', '');
      expect(
        atHead
          .filter((one) => one.table === table)
          .map(short)
          .toSorted(),
      ).toEqual([
        `cascade ${name}_tenant_id_fkey closed: allowed 0, denied-by-grant 0`,
        `conflict ${name}_pkey open random: allowed 0, allowed 1`,
        `foreign-key ${name}_tenant_id_fkey closed random: denied-by-rls 0, denied-by-rls 0`,
        `unique ${name}_pkey open random: stopped:23505 0, allowed 1`,
      ]);
    }
    expect(atHead).toHaveLength(4 * tables.length);
    expect(judgeOracles(contract, atHead)).toEqual([]);
    expect(unprovenOracles(atHead)).toEqual([]);
  });

  it('leave nothing behind and show no value', async () => {
    expect(await head.superuser.query('select count(*)::int as rows from public.investigations')).toEqual([
      { rows: 3 },
    ]);
    expect(JSON.stringify(atHead)).not.toMatch(/[ab]{8}-|request-1/);
    expect(atHead.find(({ kind, table }) => kind === 'cascade' && table === tables[0])!.sql).toBe(
      'delete from public.tenants',
    );
  });
});

describe('an oracle is found', () => {
  it('by a unique key on a text that can be guessed', async () => {
    const found = await oraclesAfter(
      `update public.llm_api_calls set request_id = 'request-b' where tenant_id::text like 'b%'; create unique index by_request on public.llm_api_calls (request_id)`,
    );
    expect(found.map(short)).toEqual([
      'unique by_request open: stopped:23505 0, allowed 1',
      'conflict by_request open: allowed 0, allowed 1',
    ]);
    expect(findings(found)).toEqual(['low public.llm_api_calls app_user by_request']);
  });

  it('by a key whose column has a constant DEFAULT, which stands in no other key’s way', async () => {
    const found = await oraclesAfter(
      `alter table public.investigations add slot integer;
       update public.investigations as i set slot = n.n from (select ctid, row_number() over () as n from public.investigations) as n where n.ctid = i.ctid;
       alter table public.investigations alter slot set default 1, add constraint by_slot unique (slot)`,
    );
    expect(found.map(short)).toEqual([
      'unique by_slot open: stopped:23505 0, allowed 1',
      'conflict by_slot open: allowed 0, allowed 1',
    ]);
    expect(unprovenOracles(found)).toEqual([]);
  });

  it('by a unique index on an expression, over some rows', async () => {
    const found = await oraclesAfter(
      `update public.investigations set query = id; create unique index by_lower on public.investigations (lower(query)) where status = 'completed'; update public.investigations set status = 'completed'`,
    );
    expect(found.map(short)).toEqual([
      'unique by_lower open: stopped:23505 0, allowed 1',
      'conflict by_lower open: allowed 0, allowed 1',
    ]);
  });

  it('by UPDATE, where nothing can be inserted', async () => {
    const found = await oraclesAfter(
      `${numbered} alter table public.investigations alter number drop identity; revoke insert on public.investigations from app_rw; grant update (number) on public.investigations to app_rw`,
    );
    expect(found.filter(({ key }) => key === 'by_number').map(short)).toEqual([
      'unique by_number open: stopped:23505 0, allowed 1',
    ]);
    expect(found.find(({ key }) => key === 'by_number')!.sql).toBe(
      'update public.investigations set "number" = … where ctid = (select ctid from public.investigations limit 1 for update)',
    );
  });

  it('by a reference to a hidden parent, by number and not by a random key', async () => {
    const found = await oraclesAfter(
      `${numbered} alter table public.budget_optimization_jobs add investigation integer constraint to_number references public.investigations (number)`,
    );
    expect(found.map(short)).toContain('foreign-key to_number open: allowed 1, stopped:23503 0');
    expect(findings(found)).toEqual([
      'medium public.budget_optimization_jobs app_user to_number',
      'low public.investigations app_user by_number',
    ]);
    const random = await oraclesAfter(toInvestigations(''));
    expect(random.map(short)).toEqual(['foreign-key to_investigation open random: allowed 1, stopped:23503 0']);
    expect(findings(random)).toEqual([]);
  });

  it('by a deferred reference too', async () => {
    expect((await oraclesAfter(toInvestigations('deferrable initially deferred'))).map(short)).toEqual([
      'foreign-key to_investigation open random: allowed 1, stopped:23503 0',
    ]);
  });

  it('by a reference to a parent that cannot be read, and not to one that can', async () => {
    const plans =
      'create table public.plans (id integer primary key); insert into public.plans values (1); alter table public.investigations add plan integer constraint to_plan references public.plans;';
    expect((await oraclesAfter(plans)).map(short)).toEqual(['foreign-key to_plan open: allowed 1, stopped:23503 0']);
    expect(await oraclesAfter(`${plans} grant select on public.plans to app_rw`)).toEqual([]);
  });

  it('where the policy no longer comes before the reference', async () => {
    const found = await oraclesAfter('alter policy tenant_isolation_policy on public.investigations with check (true)');
    expect(found.map(short)).toEqual([
      'foreign-key investigations_tenant_id_fkey open random: allowed 1, stopped:23503 0',
    ]);
  });

  it.each([
    ['a DELETE', 'on delete cascade', 'delete', 2],
    ['a DELETE that sets null', 'on delete set null', 'delete', 2],
    ['an UPDATE', 'on update cascade', 'update, select', 1],
  ])('by %s that reaches hidden rows', async (_, action, privilege, rows) => {
    const found = (
      await oraclesAfter(`${toInvestigations(action)} grant ${privilege} on public.investigations to app_rw`)
    ).filter(({ kind }) => kind === 'cascade');
    expect(found.map(short)).toEqual([`cascade to_investigation open: allowed 1, allowed ${rows}`]);
    expect(findings(found)).toEqual(['medium public.budget_optimization_jobs app_user cascade to_investigation']);
  });

  it('by deleting tenants', async () => {
    const found = await oraclesAfter('grant delete on public.tenants to app_rw');
    expect(found.map(({ kind, table, open, hidden }) => [kind, table, open, hidden.rows])).toEqual(
      tables.toSorted().map((table) => ['cascade', table, true, 1]),
    );
  });
});

describe('no oracle is seen', () => {
  it('where the tenant is part of the key', async () => {
    expect(
      await oraclesAfter(
        `alter table public.investigations add number integer; create unique index on public.investigations (tenant_id, number)`,
      ),
    ).toEqual([]);
    const pair =
      'alter table public.investigations add unique (tenant_id, id); alter table public.budget_optimization_jobs add investigation uuid, add constraint pair foreign key (tenant_id, investigation) references public.investigations (tenant_id, id)';
    expect((await oraclesAfter(pair)).map(short)).toEqual([
      'foreign-key pair closed random: denied-by-rls 0, denied-by-rls 0',
    ]);
  });

  it('where the login may not write', async () => {
    const found = await oraclesAfter('revoke insert on public.investigations from app_rw');
    expect(found.map(short)).toEqual([
      'unique investigations_pkey closed random: denied-by-grant 0, denied-by-grant 0',
    ]);
  });

  it('where the login may not write a key that is always generated, of which the server speaks before privileges', async () => {
    const seen = await oraclesAfter(`${numbered} revoke insert, update, delete on public.investigations from app_rw`);
    expect(seen.filter(({ key }) => key === 'by_number').map(short)).toEqual([
      'unique by_number closed: denied-by-grant 0, denied-by-grant 0',
    ]);
    expect(unprovenOracles(seen)).toEqual([]);
  });

  it('and nothing is proven of an empty table, whatever its keys begin with', async () => {
    const empty = await oraclesAfter(
      'delete from public.investigations; alter table public.investigations add mark uuid, add constraint by_mark unique (mark, query)',
    );
    expect(unprovenLines(unprovenOracles(empty))).toContainEqual(
      expect.stringMatching(/has no row that is hidden from tenancy\.own .*by_mark/),
    );
  });

  it('where the login may not write a key of whose type no other value is known', async () => {
    const found = await oraclesAfter(
      `alter table public.investigations add place inet; update public.investigations set place = '::1' where tenant_id::text like 'b%'; create unique index by_place on public.investigations (place); revoke insert on public.investigations from app_rw`,
    );
    expect(unprovenOracles(found)).toEqual([]);
  });

  it.each([
    ['a digest', `add digest bytea unique default sha256(gen_random_uuid()::text::bytea)`],
    [
      'a row that a CHECK holds against a default',
      `add made date default '2020-01-01', add due date default '2020-02-01', add check (due >= made); alter table public.investigations alter made set default current_date, alter due drop default`,
    ],
    ['ON CONFLICT beside a key that is deferrable', 'add number integer, add unique (tenant_id, number) deferrable'],
  ])('is left unproven: %s', async (_, change) => {
    expect(unprovenOracles(await oraclesAfter(`alter table public.investigations ${change}`))).toEqual([]);
  });

  it('and nothing is proven, where no row is hidden or another constraint speaks', async () => {
    const empty = await oraclesAfter(`delete from public.investigations where tenant_id::text like 'b%'`);
    expect(unprovenLines(unprovenOracles(empty))).toEqual([
      'head: public.investigations: public.investigations has no row that is hidden from tenancy.own (app_user existence oracle (unique) by investigations_pkey)',
    ]);
    const never = await oraclesAfter('alter table public.investigations add constraint never check (false) not valid');
    expect(unprovenOracles(never)[0]!.reason).toContain('violates check constraint "never"');
  });
});

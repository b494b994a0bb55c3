import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { ParsedContract } from '../../contract/contract.ts';
import { readProject } from '../../pipeline/project.ts';
import { contractFile, startTestHead, type TestHead } from '../../testing/head.ts';
import { judgeOnlyPaths, onlyPaths, unprovenPaths } from './judge.ts';
import { runOnlyPaths, type OnlyPathOptions } from './observe.ts';

let head: TestHead;
let contract: ParsedContract;

beforeAll(async () => {
  head = await startTestHead();
  const project = await readProject(contractFile);
  contract = { ...project.contract, tables: { 'public.tenants': project.contract.tables['public.tenants']! } };
});
afterAll(() => head.stop());

/** The paths that are found open after `damage`, and the bodies for which it is not known. */
async function seenAfter(damage: string, options: OnlyPathOptions = {}) {
  const observations = await runOnlyPaths(head.superuser, contract, { opening: `begin; ${damage}`, ...options });
  const [path] = onlyPaths(contract, observations, []);
  return {
    findings: judgeOnlyPaths(contract, observations, []),
    unread: unprovenPaths([path!]).flatMap(({ reason }) => (reason.endsWith('cannot be read') ? [reason] : [])),
  };
}

/** A definer function of the superuser that app_rw may call. */
const running = (signature: string, statement: string) => {
  const name = signature.replaceAll(/\w+ (\w+)(?=[,)])/g, '$1');
  return `create function ${signature} returns void language plpgsql security definer as $f$ begin ${statement}; end $f$; revoke execute on function ${name} from public; grant execute on function ${name} to app_rw`;
};
const invoker = `create function public.run(q text) returns void language plpgsql as $f$ begin execute q; end $f$`;

describe('a function that runs the text it is given is found open by a call that reaches the table', () => {
  it.each<[what: string, damage: string, name: string, by: string]>([
    ['as a statement', running('public.f(q text)', 'execute q'), 'text', `'select (select ''rolecall'' ||`],
    [
      'as an expression, behind another argument',
      running('public.f(n integer, q varchar)', `execute 'select ' || q`),
      'integer,character varying',
      `public.f(null::integer, '(select ''rolecall'' ||`,
    ],
    [
      'as what is selected from',
      running('public.f(q text)', `execute 'select * from ' || q || ' where 1 = 1'`),
      'text',
      `'(select (select ''rolecall'' ||`,
    ],
    [
      'as the name of a table',
      running('public.f(t regclass)', `execute format('select count(*) from %s', t)`),
      'regclass',
      `public.f('public.tenants'::regclass)`,
    ],
    [
      'as a name in two parts',
      running('public.f(s name, t name)', `execute format('select count(*) from %I.%I', s, t)`),
      'name,name',
      `public.f('public'::name, 'tenants'::name)`,
    ],
    ['by another', `${invoker}; ${running('public.f(q text)', 'perform public.run(q)')}`, 'text', `'select `],
    [
      'in an SQL-standard body',
      `create function public.f(q text) returns xml language sql security definer begin atomic select query_to_xml(q, true, false, ''); end; revoke execute on function public.f(text) from public; grant execute on function public.f(text) to app_rw`,
      'text',
      `'select `,
    ],
  ])('%s', async (_, damage, types, by) => {
    const { findings, unread } = await seenAfter(damage);
    expect(findings).toMatchObject([{ code: 'only-path-open', access: `definer function public.f(${types})` }]);
    expect(findings[0]!.message).toContain(' app_rw, app_user may use it; it was reached by: select * from public.f(');
    expect(findings[0]!.message).toContain(by);
    expect(unread).toEqual([]);
  });
});

describe('what is behind text that is given is not known', () => {
  it.each<[what: string, damage: string, reason: string]>([
    [
      'where no call of ours came to the table',
      running('public.f(q text)', `if q like 'secret %' then execute substr(q, 7); end if`),
      'definer function public.f(text), which app_rw, app_user may use: body runs text it is given; cannot be read',
    ],
    [
      'where another function runs it',
      `${invoker}; ${running('public.f(n integer)', `perform public.run('x')`)}`,
      'definer function public.f(integer), which app_rw, app_user may use: public.run(text), which it calls: body runs text it is given; cannot be read',
    ],
    [
      'in a definer’s trigger',
      `create function public.t() returns trigger language plpgsql security definer as $f$ begin execute new.question; return new; end $f$; create trigger t before insert on public.investigations for each row execute function public.t()`,
      'trigger t on public.investigations, which app_rw, app_user may use: body runs text it is given; cannot be read',
    ],
    [
      'in a function of a closed schema that a view calls',
      `create schema shut; ${running('shut.f(q text)', 'execute q')}; create view public.v as select 1 as n where shut.f('x') is null; grant execute on function shut.f(text) to app_rw`,
      'definer function shut.f(text), which app_rw, app_user may use: body runs text it is given; cannot be read',
    ],
  ])('%s', async (_, damage, reason) => {
    expect(await seenAfter(damage)).toEqual({ findings: [], unread: [reason] });
  });

  it('where the database is not ours, and nothing is called', async () => {
    const { findings, unread } = await seenAfter(running('public.f(q text)', 'execute q'), { stranger: false });
    expect(findings).toEqual([]);
    expect(unread).toHaveLength(1);
  });
});

describe('text that is run is not a way to the table', () => {
  it.each<[what: string, damage: string]>([
    [
      'where the owner has nothing on it',
      `create role poor; grant all on schema public to poor; ${running('public.f(q text)', 'execute q')}; alter function public.f(text) owner to poor`,
    ],
    [
      'where nobody may call the function',
      `${running('public.f(q text)', 'execute q')}; revoke execute on function public.f(text) from app_rw`,
    ],
    ['where nobody may use its schema', `create schema shut; ${running('shut.f(q text)', 'execute q')}`],
    [
      'where only a value in it is given',
      running('public.f(q text)', `execute format('select 1 from public.investigations where id = %L', q)`),
    ],
    ['in an invoker’s function', `${invoker}; grant execute on function public.run(text) to app_rw`],
  ])('%s', async (_, damage) => {
    expect(await seenAfter(damage)).toEqual({ findings: [], unread: [] });
  });
});

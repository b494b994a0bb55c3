import { describe, expect, it } from 'vitest';

import type { Fact } from '../catalog/fact.ts';
import { contractWith } from '../testing/contract.ts';
import { about, grant, member, owner, policy, role, roles } from '../testing/facts.ts';
import { driftFindings, driftOf, sumsOf, sumText } from './drift.ts';

const contract = contractWith();
const same = [...roles, owner('table', 'public.t', 'postgres'), owner('database', 'database', 'postgres')];
const found = (built: Fact[], live: Fact[]) =>
  driftFindings(contract, driftOf(contract, [...same, ...built], [...same, ...live]), 'shop').map(
    ({ identity, access, object, severity, message, remedy }) => ({
      about: `${identity} ${access} ${object}`,
      severity,
      message,
      remedy,
    }),
  );
const byHand = (facts: Fact[]) => facts.map((fact) => ({ ...fact, detail: { ...fact.detail, grantor: 'app' } }));

describe('the findings of a drift', () => {
  it('are none where the states are the same', () => {
    expect(found([], [])).toEqual([]);
  });

  it('revoke what was granted by hand, and grant what was revoked', () => {
    expect(found([], [grant('table', 'public.t', 'app', 'DELETE')])).toEqual([
      {
        about: 'app DELETE public.t',
        severity: 'high',
        message: 'live only: table public.t app DELETE grantable=false grantor=postgres',
        remedy: 'REVOKE DELETE ON TABLE public.t FROM "app";',
      },
    ]);
    expect(found([grant('database', 'database', 'rw', 'CREATE')], [])).toEqual([
      expect.objectContaining({ severity: 'medium', remedy: 'GRANT CREATE ON DATABASE "shop" TO "rw";' }),
    ]);
  });

  it('say in words what one statement of the owner does not do', () => {
    const inWords = [
      found([], byHand([grant('table', 'public.t', 'app', 'DELETE')])),
      found([grant('table', 'public.gone', 'app', 'SELECT')], []),
      found([grant('table', 'public.t', 'app', 'SELECT', true)], []),
      found([], [member('rw', 'admin')]),
    ].map(([one]) => one!.remedy);
    expect(inWords.map((text) => text.split(' in the live database')[0])).toEqual([
      'Take it away',
      'Put it back',
      'Put it back',
      'Take it away',
    ]);
  });

  it('are one for what stands otherwise, and high where a rule is missing', () => {
    const [changed, ...more] = found(
      [policy('public.t', 'mine', { using: 'false' })],
      [policy('public.t', 'mine', { using: 'true' })],
    );
    expect(more).toEqual([]);
    expect(changed!.message).toMatch(/^live only: .*using=true; head as built only: .*using=false$/);
    expect(found([policy('public.t', 'mine')], [])).toEqual([expect.objectContaining({ severity: 'high' })]);
  });

  it('are one for a role or an object that only one side has', () => {
    const table = [
      owner('table', 'public.new', 'postgres'),
      about('table', 'public.new', 'row-security', {}),
      grant('table', 'public.new', 'postgres', 'SELECT'),
      grant('table', 'public.new', 'app', 'SELECT'),
      grant('column', 'public.new.id', 'rw', 'UPDATE'),
      policy('public.new', 'mine'),
    ];
    expect(found([], [...table, ...role('intern', 'login', 'superuser')])).toEqual([
      expect.objectContaining({ about: ' role intern', message: 'live only: role intern: login, superuser' }),
      expect.objectContaining({
        about: ' table public.new',
        message: 'live only: table public.new of postgres: row-security, app SELECT, rw UPDATE, policy mine',
      }),
    ]);
    expect(found(table, [])).toEqual([expect.objectContaining({ severity: 'high' })]);
  });

  it('keep apart kinds of one name', () => {
    const facts = [about('type', 'public.t', 'x', {}), about('table', 'public.t', 'x', {})];
    expect(found([], facts)).toHaveLength(2);
  });

  it('are one for an extension that the other side does not have', () => {
    const of = (object: string) => about('function', object, 'x', { extension: 'dblink' });
    expect(found([], [of('public.f()'), of('public.g()')])).toEqual([
      expect.objectContaining({
        about: ' extension dblink',
        message: 'live only: extension dblink: 2 objects, 2 facts',
      }),
    ]);
  });
});

describe('the lines of a drift', () => {
  const of = (extension: string, ...facts: Fact[]) =>
    facts.map((fact) => ({ ...fact, detail: { ...fact.detail, extension } }));
  const own = grant('table', 'public.t', 'app', 'DELETE');
  const dblink = of(
    'dblink',
    grant('function', 'public.f()', 'app', 'EXECUTE'),
    grant('function', 'public.f()', 'rw', 'EXECUTE'),
    grant('function', 'public.g()', 'app', 'EXECUTE'),
  );
  const lines = (facts: Fact[], others: Fact[]) => sumsOf(facts, others).map(sumText);

  it('sum up an extension that the other side lacks, and keep what is not in it', () => {
    expect(lines([...dblink, own], [])).toEqual([
      'extension dblink: 2 objects, 3 facts',
      expect.stringMatching(/^table public\.t app DELETE/),
    ]);
  });

  it('name each fact of an extension that both have', () => {
    expect(lines(dblink.slice(1), dblink.slice(0, 1))).toHaveLength(2);
  });
});

it('leaves out roles that concern another database', () => {
  const { live, added } = driftOf(contract, same, [...same, ...role('other', 'login')]);
  expect([live.length, added]).toEqual([same.length, []]);
});

import { describe, expect, it } from 'vitest';

import type { Fact } from '../catalog/fact.ts';
import { contractWith } from '../testing/contract.ts';
import { about, grant, member, owner, policy, role, roles } from '../testing/facts.ts';
import { driftFindings, driftOf } from './drift.ts';
import { sumsOf } from './drift-sums.ts';
import { sumText } from './drift-words.ts';

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
        message: 'live only: DELETE on table public.t to app, granted by postgres',
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
    expect(changed).toMatchObject({
      about: ' policy mine public.t',
      message:
        'live only: policy mine on public.t (using true); head as built only: policy mine on public.t (using false)',
    });
    expect(found([policy('public.t', 'mine')], [])).toEqual([expect.objectContaining({ severity: 'high' })]);
  });

  it('are one for a role or an object that only one side has', () => {
    const table = [
      owner('table', 'public.new', 'postgres'),
      about('table', 'public.new', 'row-security', { enabled: false, forced: false }),
      grant('table', 'public.new', 'postgres', 'SELECT'),
      grant('table', 'public.new', 'app', 'SELECT'),
      grant('column', 'public.new.id', 'rw', 'UPDATE', true),
      policy('public.new', 'mine', { using: 'true' }),
    ];
    expect(found([], [...table, ...role('intern', 'login', 'superuser')])).toEqual([
      expect.objectContaining({ about: ' role intern', message: 'live only: role intern: login, superuser' }),
      expect.objectContaining({
        about: ' table public.new',
        message:
          'live only: table public.new, owned by postgres: row-security (enabled false, forced false), SELECT to app, UPDATE (id) to rw with grant option, policy mine (using true)',
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

  it('count what says that the extension exists to it, however it is quoted', () => {
    const of = about('function', 'public.f()', 'x', { extension: 'uuid-ossp' });
    expect(found([], [of, owner('extension', '"uuid-ossp"', 'postgres')])).toEqual([
      expect.objectContaining({
        about: ' extension uuid-ossp',
        message: 'live only: extension uuid-ossp: 1 object, 2 facts',
        remedy: expect.stringMatching(/^Take it away/) as string,
      }),
    ]);
  });

  it('are one for an owner that changed with what goes with it, and apart for what else changed there', () => {
    const of = (who: string, ...more: Fact[]) => [
      owner('table', 'public.n', who),
      ...[who, 'rw'].map((to) => ({
        ...grant('table', 'public.n', to, 'SELECT'),
        detail: { grantable: false, grantor: who },
      })),
      ...more,
    ];
    expect(
      found(of('admin', policy('public.n', 'mine', { using: 'false' })), of('app', policy('public.n', 'mine'))),
    ).toEqual([
      expect.objectContaining({ about: ' policy mine public.n' }),
      {
        about: ' table owner public.n',
        severity: 'high',
        message: 'live only: table public.n, owned by app; head as built only: table public.n, owned by admin',
        remedy: 'ALTER TABLE public.n OWNER TO "admin";',
      },
    ]);
  });

  it('say who granted what only one side has, and take it away as them', () => {
    const mine = grant('table', 'public.t', 'app', 'DELETE');
    const [both, ...more] = found([], [mine, ...byHand([{ ...mine }])]);
    expect(more).toEqual([]);
    expect(both!.message).toBe(
      'live only: DELETE on table public.t to app, granted by postgres; live only: DELETE on table public.t to app, granted by app',
    );
    expect(both!.remedy).toMatch(/^Take it away in the live database, as who granted it \(app, postgres\);/);
  });
});

describe('the SQL of a remedy', () => {
  const remedies = (built: Fact[], live: Fact[]) => found(built, live).map(({ remedy }) => remedy);
  const passed = grant('table', 'public.t', 'app', 'SELECT', true);
  const onward = byHand([grant('table', 'public.t', 'rw', 'SELECT')]);

  it('takes what was passed on with the grant option, where no migration makes that', () => {
    expect(remedies([], [passed, ...onward])).toEqual([
      'REVOKE SELECT ON TABLE public.t FROM "app" CASCADE;',
      expect.stringMatching(/^Take it away in the live database, as who granted it \(app\);/),
    ]);
    expect(remedies(onward, [passed, ...onward])).toEqual([expect.stringMatching(/^Take it away/)]);
  });

  it('takes the grant option alone where that is what was added', () => {
    const plain = grant('table', 'public.t', 'app', 'SELECT');
    expect(remedies([plain], [passed])).toEqual(['REVOKE GRANT OPTION FOR SELECT ON TABLE public.t FROM "app";']);
    expect(found([passed], [plain])).toEqual([expect.objectContaining({ severity: 'medium' })]);
  });

  it('gives back the columns, whose grants a REVOKE from the table takes as well', () => {
    const columns = ['"Id"', 'n'].map((name) => grant('column', `public.t.${name}`, 'rw', 'SELECT'));
    expect(remedies(columns, [...columns, grant('table', 'public.t', 'rw', 'SELECT')])).toEqual([
      'REVOKE SELECT ON TABLE public.t FROM "rw"; GRANT SELECT ("Id") ON TABLE public.t TO "rw"; GRANT SELECT (n) ON TABLE public.t TO "rw";',
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

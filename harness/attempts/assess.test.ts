import { describe, expect, it } from 'vitest';

import { attempt as tried, working } from '../testing/observed.ts';
import { assess } from './assess.ts';
import type { Attempt, PositiveControl } from './attempt.ts';
import type { StoppedAt } from './outcome.ts';

const stopped = (sqlstate: string, stage: StoppedAt) =>
  ({ outcome: `stopped:${sqlstate}`, sqlstate, stage, rows: 0 }) as const;
const failed = (sqlstate: string, message = 'no') =>
  ({ outcome: `error:${sqlstate}`, sqlstate, message, rows: 0 }) as const;
const control = (rest: Partial<PositiveControl>): Partial<Attempt> => ({ control: { ...working, ...rest } });

type Row = [what: string, words: string, rest: Partial<Attempt>, reached: string, unproven: string | null];

// The order of questions is that of nodeModifyTable.c; stages.db.test.ts tries it on a server.
describe('what an attempt reached, and whether that is shown', () => {
  it.each<Row>([
    // A denial by grant comes before any row. A control proves it if it got past grants, whatever stopped it then.
    ['a grant is missing', 'app DELETE t never-set', { outcome: 'denied-by-grant' }, 'none', null],
    [
      '… and the control meets a foreign key',
      'app DELETE t never-set',
      { outcome: 'denied-by-grant', ...control(stopped('23503', 'foreign-key')) },
      'none',
      null,
    ],
    [
      '… and the control meets a trigger',
      'app DELETE t never-set',
      { outcome: 'denied-by-grant', ...control(stopped('P0001', 'before-trigger')) },
      'none',
      null,
    ],
    [
      '… and the control fails',
      'app DELETE t never-set',
      { outcome: 'denied-by-grant', ...control(failed('22012')) },
      'none',
      'its positive control did not work: no',
    ],
    // A policy refuses a new row after BEFORE triggers and before constraints, keys and foreign keys.
    ['a policy refuses', 'app INSERT t never-set', { outcome: 'denied-by-rls' }, 'none', null],
    [
      '… and the control meets a key',
      'app INSERT t never-set',
      { outcome: 'denied-by-rls', ...control(stopped('23505', 'key')) },
      'none',
      null,
    ],
    [
      '… and the control meets a BEFORE trigger',
      'app INSERT t never-set',
      { outcome: 'denied-by-rls', ...control(stopped('P0001', 'before-trigger')) },
      'none',
      'a trigger stopped its positive control (superuser) before any policy',
    ],
    [
      '… and ON CONFLICT DO NOTHING wrote nothing',
      'app INSERT t never-set',
      { outcome: 'denied-by-rls', ...control({ rows: 0 }) },
      'none',
      null,
    ],
    // A policy hides rows: the control must have come to a row.
    ['rows are hidden', 'app SELECT t never-set', { outcome: 'hidden', rows: 0 }, 'none', null],
    [
      '… and there are none',
      'app SELECT t never-set',
      { outcome: 'hidden', rows: 0, ...control({ rows: 0 }) },
      'none',
      'its positive control (superuser) reached no row',
    ],
    [
      '… and a trigger stops the control at a row',
      'app UPDATE t never-set',
      { outcome: 'hidden', rows: 0, ...control(stopped('P0001', 'before-trigger')) },
      'none',
      null,
    ],
    // A statement stopped behind the policies got through, if the session has no tenant or the row is another tenant's.
    ['a key stops a foreign row', 'app INSERT t other-tenant', stopped('23505', 'key'), 'foreign', null],
    [
      'a constraint stops a row without a tenant',
      'app UPDATE t never-set',
      stopped('23514', 'constraint'),
      'foreign',
      null,
    ],
    [
      'an AFTER trigger stops a row without a tenant',
      'app DELETE t empty',
      stopped('P0001', 'after-trigger'),
      'foreign',
      null,
    ],
    // A statement is stopped in a session with a tenant: the same statement on the others' rows alone shows whose row it was.
    [
      'a foreign key stops a row, and the rows of others are closed',
      'app DELETE t other-tenant',
      { ...stopped('23503', 'foreign-key'), others_closed: true },
      'own',
      null,
    ],
    [
      'a foreign key stops a row, and the rows of others are reached',
      'app DELETE t other-tenant',
      { ...stopped('23503', 'foreign-key'), foreign_rows: 1 },
      'foreign',
      null,
    ],
    [
      'a foreign key stops a row, and whose it was is not known',
      'app DELETE t own-tenant',
      { ...stopped('23503', 'foreign-key'), message: 'referenced' },
      'own',
      'it was stopped before it showed whose rows it reaches: referenced',
    ],
    [
      'a trigger stops a row of the own tenant, and the rows of others are closed',
      'app DELETE t own-tenant',
      { ...stopped('P0001', 'before-trigger'), others_closed: true },
      'none',
      null,
    ],
    // An INSERT that wrote nothing reached nothing.
    ['an INSERT that wrote no row', 'app INSERT t empty', { outcome: 'allowed', rows: 0 }, 'none', 'it wrote no row'],
    ['a key stops its own new row', 'app INSERT t own-tenant', stopped('23505', 'key'), 'own', null],
    // Rows.
    ['rows of its own', 'app SELECT t other-tenant', { outcome: 'allowed', rows: 2 }, 'own', null],
    [
      'rows of another tenant',
      'app SELECT t other-tenant',
      { outcome: 'allowed', rows: 2, foreign_rows: 1 },
      'foreign',
      null,
    ],
    ['no row at all', 'app SELECT t other-tenant', { outcome: 'allowed', rows: 0 }, 'none', 'there is no row to hide'],
    [
      'rows that were changed by a refused write',
      'app UPDATE t empty',
      { outcome: 'hidden', rows: 0, row_unchanged: false },
      'foreign',
      null,
    ],
    // Errors.
    ['an error that the context made', 'app SELECT t empty', failed('22P02'), 'none', null],
    [
      'an error whoever asks',
      'app SELECT t empty',
      { ...failed('22012'), ...control(failed('22012')) },
      'none',
      'its positive control (superuser) ended in an error too: no',
    ],
    [
      'the server’s own trouble',
      'app SELECT t empty',
      { outcome: 'broken-off', message: 'out of memory' },
      'none',
      'it failed for a reason that is not a refusal: out of memory',
    ],
  ])('%s', (_, words, rest, reached, unproven) => {
    const { outcome = 'allowed', ...others } = rest;
    expect(assess(tried(words, outcome, others), { own: undefined })).toEqual({ reached, closedToAll: null, unproven });
  });

  it('takes an error that the own tenant meets too for no refusal', () => {
    const own = tried('app SELECT t own-tenant', 'error:42P17', failed('42P17'));
    expect(assess(tried('app SELECT t empty', 'error:42P17', failed('42P17')), { own }).unproven).toMatch(
      /not a refusal/,
    );
  });

  it('takes an error before grants were asked for a refusal, where grants stop the own tenant', () => {
    const own = tried('app UPDATE t own-tenant', 'denied-by-grant', {});
    const invalid = (rest: Partial<Attempt>) =>
      assess(
        tried('app UPDATE t not-of-type', 'error:22P02', { ...failed('22P02'), ...control(failed('42501')), ...rest }),
        {
          own,
          isDeniedInCatalog: true,
        },
      ).unproven;
    expect(invalid({})).toBeNull();
    expect(invalid({ value: '%' })).toBeNull();
    expect(invalid({ value: 'SET ROLE boss' })).toMatch(/ended in an error too/);
  });

  it('needs no control where the catalog denies what the server denied', () => {
    const denied = tried('app SELECT t never-set', 'denied-by-grant', control(failed('42P01')));
    expect(assess(denied, { own: undefined, isDeniedInCatalog: true }).unproven).toBeNull();
    expect(assess(denied, { own: undefined }).unproven).not.toBeNull();
  });
});

describe('what nobody can do is closed to everybody', () => {
  const append = {
    ...stopped('P0001', 'before-trigger'),
    ...control({ ...stopped('P0001', 'before-trigger'), message: 'append only' }),
  };

  it.each<[words: string, rest: Partial<Attempt>, why: string | null]>([
    ['app UPDATE t own-tenant', append, 'a trigger stops everybody: append only'],
    ['app UPDATE t never-set', append, 'a trigger stops everybody: append only'],
    ['app INSERT t empty', { ...failed('428C9'), ...control(failed('428C9', 'generated')) }, 'nobody can: generated'],
    [
      'app DELETE t never-set',
      { ...stopped('23503', 'foreign-key'), ...control(stopped('23503', 'foreign-key')) },
      null,
    ],
    ['app UPDATE t never-set', { ...stopped('P0001', 'before-trigger'), ...control({}) }, null],
  ])('%s, %j', (words, rest, why) => {
    const { outcome = 'allowed', ...others } = rest;
    const own = tried('app UPDATE t own-tenant', outcome, others);
    expect(assess(tried(words, outcome, others), { own }).closedToAll).toBe(why);
  });

  it('where a trigger or a rule takes every row away, and the table is as it was', () => {
    const nothing: Partial<Attempt> = { rows: 0, ...control({ rows: 0 }) };
    for (const command of ['INSERT', 'UPDATE', 'DELETE']) {
      const of = (context: string, more: Partial<Attempt> = {}) =>
        tried(`app ${command} t ${context}`, 'allowed', { ...nothing, row_unchanged: true, ...more });
      const own = of('own-tenant');
      expect(assess(of('empty'), { own }).closedToAll).toMatch(/takes every row away/);
      expect(assess(of('empty', { row_unchanged: false }), { own }).reached).toBe('foreign');
      expect(assess(of('empty', { unproven: 'there is no row' }), { own }).closedToAll).toBeNull();
      expect(assess(of('empty'), { own: of('own-tenant', { rows: 1 }) }).closedToAll).toBeNull();
    }
  });

  it('but not where a trigger lets the own tenant through', () => {
    const own = tried('app UPDATE t own-tenant', 'allowed');
    const { outcome, ...rest } = append;
    expect(assess(tried('app UPDATE t empty', outcome, rest), { own })).toEqual({
      reached: 'none',
      closedToAll: null,
      unproven: null,
    });
  });
});

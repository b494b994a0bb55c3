import { describe, expect, it } from 'vitest';

import { verbatim } from '../common/sql.ts';
import { clockColumns, lasting, readsClock } from './clock.ts';
import { seedColumn } from './seed-column.fixture.ts';

describe('the clock in a condition', () => {
  it.each(['CURRENT_DATE', 'now()', "(CURRENT_TIMESTAMP(0) + '1 day'::interval)", 'clock_timestamp()'])(
    'is seen: %s',
    (one) => {
      expect(readsClock(one)).toBe(true);
    },
  );

  it.each(["'now()'::text", 'known()', "'2026-01-01'::date", 'now'])('is not seen: %s', (one) => {
    expect(readsClock(one)).toBe(false);
  });

  it('is asked for today and for later', () => {
    expect(lasting(verbatim('(due > CURRENT_DATE)'))).toBe(
      '((due > CURRENT_DATE)) and ((due > (CURRENT_DATE + 10957)))',
    );
    expect(lasting(verbatim('(due > 1)'))).toBe('(due > 1)');
  });
});

describe('a column whose default is the time', () => {
  const table = {
    table: 'public.t',
    columns: [
      seedColumn('issued', 'date', { has_default: true, expression: 'CURRENT_DATE' }),
      seedColumn('made', 'timestamp with time zone', { has_default: true, expression: 'now()' }),
      seedColumn('due', 'date'),
    ],
    uniqueColumns: [],
    foreignKeys: [],
    partitionCondition: null,
    onInsert: [],
  };

  it('is one to write where a CHECK or an index is about it', () => {
    expect(clockColumns({ ...table, checks: [{ name: 'c', definition: '(due >= issued)' }] })).toEqual(
      new Set(['issued']),
    );
    expect(
      clockColumns({ ...table, checks: [], indexes: ['CREATE INDEX i ON public.t USING gist (tsrange(made, due))'] }),
    ).toEqual(new Set(['made']));
    expect(clockColumns({ ...table, checks: [] })).toEqual(new Set());
  });
});

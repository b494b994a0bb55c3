import { expect, it } from 'vitest';

import type { TenantArgument } from './observe.ts';
import { tenantArgumentViews } from './view.ts';

const rows = (count: number) => ({ outcome: 'allowed', sqlstate: null, message: null, rows: count }) as const;
const called = (differs: Partial<TenantArgument>): TenantArgument => ({
  ...{ function: 'public.f(uuid)', identity: 'app', place: 1, is_declared: false, sql: '' },
  ...{ own: rows(1), other: rows(0), unknown: rows(0), own_differs: true, other_differs: false },
  ...differs,
});
const marks = (...all: TenantArgument[]) => tenantArgumentViews(all).map(({ result }) => result.mark);

it('calls a function closed only if its own tenant is answered otherwise than one that does not exist', () => {
  expect(
    marks(
      called({}),
      called({ other: rows(1), other_differs: true }),
      // Counts for a value that names no tenant: 1 row of zeros for each of the three.
      called({ other: rows(1), unknown: rows(1), own_differs: false }),
      called({ own: rows(0), own_differs: false }),
    ),
  ).toEqual(['✓', '✗', '!', '!']);
  const denied = { outcome: 'denied-by-grant', sqlstate: '42501', message: 'permission denied', rows: 0 } as const;
  expect(marks(called({ own: denied, other: denied, unknown: denied, own_differs: false }))).toEqual(['✓']);
});

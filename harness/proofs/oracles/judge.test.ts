import { describe, expect, it } from 'vitest';

import type { Oracle } from './observe.ts';
import { contractWith, notes } from '../../testing/contract.ts';
import { working } from '../../testing/observed.ts';
import { withAcceptances } from '../../findings/accepted.ts';
import { judgeOracles, unprovenOracles } from './judge.ts';

const contract = contractWith(`${notes}
accepted:
  - { code: existence-oracle, object: public.notes, identity: app, access: by_slug, reason: slugs are public, until: 2030-01-01 }
`);
const oracle = (rest: Partial<Oracle> = {}): Oracle => ({
  kind: 'unique',
  table: 'public.notes',
  key: 'by_slug',
  identity: 'app',
  guessable: true,
  sql: '',
  hidden: working,
  absent: working,
  open: true,
  unproven: null,
  ...rest,
});
const found = (...oracles: Oracle[]) =>
  judgeOracles(contract, oracles).map(({ severity, identity, access }) => `${severity} ${identity} ${access ?? ''}`);

describe('an oracle', () => {
  it('is one finding for a key and a login, however it was asked', () => {
    expect(found(oracle(), oracle({ kind: 'conflict' }))).toEqual(['low app by_slug']);
    expect(judgeOracles(contract, [oracle(), oracle({ kind: 'conflict' })])[0]!.message).toBe(
      'tried for real: by by_slug of public.notes, app learns whether another tenant has a row: a value that a hidden row holds is refused, and a new one is not; ON CONFLICT DO NOTHING writes 0 rows against 1',
    );
  });

  it('weighs more where it crosses tables, and a cascade is a finding of its own', () => {
    expect(
      found(
        oracle({ kind: 'foreign-key' }),
        oracle({ kind: 'cascade' }),
        oracle({ identity: 'other', kind: 'foreign-key' }),
      ),
    ).toEqual(['medium app by_slug', 'medium app cascade by_slug', 'medium other by_slug']);
  });

  it('is none where it is closed, where its values are random, or where the table is not kept apart', () => {
    expect(found(oracle({ open: false }), oracle({ guessable: false }), oracle({ table: 'public.other' }))).toEqual([]);
  });

  it('can be accepted by the contract', () => {
    const findings = withAcceptances(
      judgeOracles(contract, [oracle(), oracle({ key: 'by_mail' })]),
      contract.accepted,
      '2026-01-01',
    );
    expect(findings.map(({ access, accepted }) => [access, accepted?.reason])).toEqual([
      ['by_slug', 'slugs are public'],
      ['by_mail', undefined],
    ]);
  });

  it('that could not be tried is a reason', () => {
    expect(unprovenOracles([oracle(), oracle({ open: false, unproven: 'no rows' })])).toMatchObject([
      { object: 'public.notes', identity: 'app', access: 'existence oracle (unique) by by_slug', reason: 'no rows' },
    ]);
  });
});

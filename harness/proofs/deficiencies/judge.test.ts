import { describe, expect, it } from 'vitest';

import type { Outcome } from '../../attempts/outcome.ts';
import { contractWith, notes } from '../../testing/contract.ts';
import { attempt } from '../../testing/observed.ts';
import { judgeDeficiencies } from './judge.ts';

const contract = contractWith(`${notes}
functions: { public.f(): {} }
deficiencies:
  - id: D-1
    claim: It cannot read.
    baseline:
      - { identity: app, access: SELECT, object: public.notes, outcome: denied-by-grant }
      - { identity: app, access: EXECUTE, object: public.f(), outcome: absent }
    head:
      - { identity: app, access: SELECT, object: public.notes, outcome: allowed }
      - { identity: app, access: SELECT, object: public.notes, context: never-set, outcome: hidden }
`);
const phase = (own: Outcome, fn: Outcome, never: Outcome) => [
  attempt('app SELECT public.notes own-tenant', own, { message: 'the server’s words' }),
  attempt('app SELECT public.notes never-set', never),
  attempt('app EXECUTE public.f()', fn),
];
const red = phase('denied-by-grant', 'absent', 'denied-by-grant');
const green = phase('allowed', 'allowed', 'hidden');

describe('a deficiency', () => {
  it.each([
    ['fixed', red, green],
    ['held', green, green],
    ['still-red', red, red],
    ['broken', green, red],
    ['held', phase('denied-by-grant', 'allowed', 'hidden'), green],
    ['still-red', red, phase('allowed', 'allowed', 'allowed')],
    ['broken', [], []],
  ] as const)('is %s', (status, baseline, head) => {
    expect(judgeDeficiencies(contract, { baseline, head })[0]!.status).toBe(status);
  });

  it('says what was expected, what was seen, and the server’s words', () => {
    const [{ baseline, head }] = judgeDeficiencies(contract, { baseline: red, head: [] }) as [
      ReturnType<typeof judgeDeficiencies>[number],
    ];
    expect(baseline).toEqual([
      {
        what: 'app SELECT public.notes (own-tenant)',
        expected: 'denied-by-grant',
        seen: 'denied-by-grant',
        message: 'the server’s words',
        met: true,
        unproven: false,
      },
      { what: 'app EXECUTE public.f()', expected: 'absent', seen: 'absent', message: null, met: true, unproven: false },
    ]);
    expect(head).toContainEqual({
      what: 'app SELECT public.notes (never-set)',
      expected: 'hidden',
      seen: 'not-observed',
      message: null,
      met: false,
      unproven: false,
    });
  });
});

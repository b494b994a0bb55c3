import { expect, it } from 'vitest';

import { decided, parseDecisions, withEntries } from './decisions.ts';
import type { ReviewRow } from './review.ts';

const row = (identity: string, of: Partial<ReviewRow> = {}) =>
  ({
    identity,
    kind: 'table',
    object: 'public.t',
    privilege: 'SELECT',
    path: 'directly',
    class: 'needed',
    ...of,
  }) as ReviewRow;
const file = (...entries: string[]) => `# ours\ndecisions:\n${entries.join('\n')}\n`;
const entry = (identity: string, rest: string) =>
  `  - { identity: ${identity}, object: public.t, privilege: SELECT, ${rest} }`;
const keep = 'decision: keep, who: Ann, why: reports, until: 2026-06-30';
const judged = (rows: ReviewRow[], text: string, date = '2026-06-30') =>
  decided(rows, parseDecisions(text).decisions, date);

it('keeps until the last day, and is due again after it', () => {
  const said = 'keep until 2026-06-30 (Ann: reports)';
  expect(judged([row('a')], file(entry('a', keep))).rows[0]!.decision).toBe(said);
  expect(judged([row('a')], file(entry('a', keep)), '2026-07-01').rows[0]!.decision).toBe(`due again: ${said}`);
});

it('lists first what was to be revoked and is held', () => {
  const { rows } = judged(
    [row('a', { class: 'orphan' }), row('z')],
    file(entry('z', 'decision: revoke, who: A, why: b')),
  );
  expect(rows.map(({ identity, class: is, changed }) => [identity, is, changed])).toEqual([
    ['z', 'revoke due', 'as before'],
    ['a', 'orphan', 'new'],
  ]);
});

it('says what is done, what is stale, and where the path is another', () => {
  const text = file(
    entry('gone', 'decision: revoke, who: A, why: b'),
    entry('old', keep),
    entry('a', `path: x, ${keep}`),
  );
  const { rows, settled } = judged([row('a')], text);
  expect(rows[0]!.changed).toBe('path changed');
  expect(settled.map(({ identity, says }) => `${identity} ${says.split(':')[0]!}`)).toEqual(['gone done', 'old stale']);
});

it('tells all faults at once', () => {
  const text = file(
    entry('a', 'decision: keep'),
    entry('b', 'decision: maybe'),
    entry('c', 'until: tomorrow'),
    '  - {}',
  );
  const { faults } = parseDecisions(text);
  expect(faults).toEqual(
    expect.arrayContaining([
      'decision 1: who is missing',
      'decision 1: why is missing',
      'decision 1: until is missing',
    ]),
  );
  expect(faults.join('\n')).toMatch(/decision 2: decision .*\n.*decision 3: until is not a date/);
  expect(parseDecisions(file(entry('a', keep), entry('a', keep))).faults).toEqual([
    'decision 2: a SELECT on public.t is there twice',
  ]);
});

it('writes what is missing, keeps comments, and reads it back', () => {
  const before = file(`${entry('a', keep)} # asked for by finance`);
  const after = withEntries(before, [row('a', { path: 'other' }), row('b'), row('c', { class: 'everybody' })]);
  expect(after).toContain('# ours');
  expect(after).toContain('# asked for by finance');
  expect(parseDecisions(after)).toMatchObject({
    faults: [],
    decisions: [{ identity: 'a' }, { identity: 'b', decision: null }],
  });
  expect(withEntries(after, [row('b', { path: 'new' })])).toContain('path: new');
  expect(parseDecisions(withEntries(undefined, [row('=x')])).decisions[0]!.identity).toBe('=x');
});

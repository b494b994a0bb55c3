import fc from 'fast-check';
import { expect, it } from 'vitest';

import { only, parseShard, partOf, requireWhole, type Part } from './shard.ts';

it('reads i/n, and refuses what is not a part of a whole', () => {
  expect(parseShard('2/3')).toEqual({ index: 2, of: 3 });
  expect(parseShard('1/1')).toEqual({ index: 1, of: 1 });
  for (const text of ['', '0/3', '4/3', '1/0', '1', '1/2/3', '-1/3', '1.5/3', '1/3 ', '01/3', 'a/b']) {
    expect(() => parseShard(text), text).toThrow(expect.objectContaining({ code: 'bad-argument' }));
  }
});

it('parts are disjoint, differ in size by at most one, and together are the whole', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.string()), fc.integer({ min: 1, max: 12 }), (ids, of) => {
      const parts = Array.from({ length: of }, (_, place) => partOf(ids, { index: place + 1, of }));
      expect(parts.flat().toSorted()).toEqual(ids.toSorted());
      const sizes = parts.map(({ length }) => length);
      expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
      expect(() =>
        requireWhole(
          parts.map((part, place) => ({ name: `p${place}`, shard: { index: place + 1, of }, whole: 'w', ids: part })),
        ),
      ).not.toThrow();
    }),
  );
});

it('chooses one mutant by its id, whatever else the id is a part or a pattern of', () => {
  const mutants = ['no-inherit/app', 'no-inherit/app_user', 'owner/f(*)/app', 'owner/f(text)/app'].map((id) => ({
    id,
  }));
  const ids = (pattern: string) => only(mutants, pattern).map(({ id }) => id);
  expect(ids('no-inherit/app')).toEqual(['no-inherit/app']);
  expect(ids('owner/f(*)/app')).toEqual(['owner/f(*)/app']);
  expect(ids('no-inherit/ap')).toEqual(['no-inherit/app', 'no-inherit/app_user']);
});

it('chooses by a part of the id, or by a pattern', () => {
  const mutants = ['grant/notes/app', 'revoke/notes/app', 'grant/other/app'].map((id) => ({ id }));
  const ids = (pattern: string) => only(mutants, pattern).map(({ id }) => id);
  expect(ids('notes')).toEqual(['grant/notes/app', 'revoke/notes/app']);
  expect(ids('grant/*')).toEqual(['grant/notes/app', 'grant/other/app']);
  expect(ids('nothing')).toEqual([]);
});

const part = (index: number, of: number, ids: string[], rest: Partial<Part> = {}): Part => ({
  name: `part-${index}.json`,
  shard: { index, of },
  whole: 'w',
  ids,
  ...rest,
});

/** What requireWhole says about the parts; '' if it accepts them. */
function refusal(...parts: Part[]): string {
  try {
    requireWhole(parts);
    return '';
  } catch (error) {
    expect(error).toMatchObject({ code: 'bad-argument' });
    return (error as Error).message;
  }
}

it('takes the parts of one whole in any order', () => {
  expect(refusal(part(2, 2, ['b']), part(1, 2, ['a']))).toBe('');
});

it('refuses with all faults in one message', () => {
  const message = refusal(
    { name: 'whole.json', shard: null, whole: 'w', ids: ['z'] },
    part(1, 4, ['a', 'b']),
    part(2, 4, ['b']),
    part(3, 3, ['c'], { whole: 'other inputs' }),
  );
  expect(message.split('\n')).toEqual([
    'these files are not all parts of the same run',
    '- whole.json is not a part: it was made without --shard',
    '- part-3.json is one of 3, and part-1.json one of 4',
    '- part-3.json was made from other inputs or on another server than whole.json',
    '- part 4/4 is missing',
    '- 1 mutant is there more than once, b among them',
  ]);
  expect(refusal()).toContain('there is no part to merge');
});

it('refuses a part that is given twice, even one without mutants', () => {
  expect(refusal(part(1, 2, ['a']), part(1, 2, ['a']), part(2, 2, []))).toContain(
    'part 1/2 is there more than once\n- 1 mutant is there more than once, a among them',
  );
  expect(refusal(part(1, 2, ['a']), part(2, 2, []), part(2, 2, []))).toBe(
    'these files are not all parts of the same run\n- part 2/2 is there more than once',
  );
});

import { describe, expect, it } from 'vitest';

import { choiceOf, type Relation } from './seed-search.ts';

/** The pairs, of `size` candidates each, that a condition accepts. */
const pairs = (a: number, b: number, size: number, takes: (x: number, y: number) => boolean): Relation => ({
  variables: [a, b],
  together: Array.from({ length: size * size }, (_, at) => [Math.floor(at / size), at % size]).filter(([x, y]) =>
    takes(x!, y!),
  ),
});

describe('a search among candidates', () => {
  it('takes the first that go together', () => {
    expect(choiceOf([3, 3], [])).toEqual([0, 0]);
    expect(choiceOf([3, 3], [pairs(0, 1, 3, (x, y) => x < y)])).toEqual([0, 1]);
  });

  it('leaves out what was refused, whole or in part', () => {
    const rising = [pairs(0, 1, 3, (x, y) => x < y)];
    expect(choiceOf([3, 3], rising, [new Map([[0, 0], [1, 1]])])).toEqual([0, 2]); // prettier-ignore
    expect(choiceOf([3, 3], rising, [new Map([[0, 0]])])).toEqual([1, 2]);
  });

  it('goes back along a chain', () => {
    const size = 12;
    const chain = Array.from({ length: size - 1 }, (_, at) => pairs(at, at + 1, size, (x, y) => x < y));
    expect(
      choiceOf(
        Array.from({ length: size }, () => size),
        chain,
      ),
    ).toEqual([...Array(size).keys()]);
  });

  it('is none where nothing goes together, and where it would take too long', () => {
    expect(choiceOf([2, 2], [{ variables: [0], together: [] }])).toBeUndefined();
    const parity = pairs(20, 21, 2, (x, y) => x !== y);
    const odd = [parity, pairs(20, 21, 2, (x, y) => x === y)];
    expect(
      choiceOf(
        Array.from({ length: 22 }, () => 2),
        odd,
      ),
    ).toBeUndefined();
  });
});

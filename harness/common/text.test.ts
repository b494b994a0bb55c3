import { expect, test } from 'vitest';
import { counted, duration, grouped, listed, outcomeWords } from './text.ts';

test('numbers agree with their nouns', () => {
  expect([counted(0, 'row'), counted(1, 'row'), counted(2, 'identity', 'identities')]).toEqual([
    '0 rows',
    '1 row',
    '2 identities',
  ]);
});

test('a list reads like a sentence', () => {
  expect([listed([]), listed(['a']), listed(['a', 'b']), listed(['a', 'b', 'c'])]).toEqual([
    '',
    'a',
    'a and b',
    'a, b and c',
  ]);
});

test('groups come in order of their key, items in the order they came', () => {
  expect(grouped(['b2', 'a1', 'b1'], (item) => item[0]!)).toEqual([
    { key: 'a', items: ['a1'] },
    { key: 'b', items: ['b2', 'b1'] },
  ]);
});

test('durations never read as sixty seconds', () => {
  expect([duration(0), duration(59_949), duration(59_950), duration(61_400)]).toEqual([
    '0.0 s',
    '59.9 s',
    '1 min 0 s',
    '1 min 1 s',
  ]);
});

test('an outcome keeps its SQLSTATE', () => {
  expect([outcomeWords('denied-by-rls'), outcomeWords('error:22P02'), outcomeWords('not-observed')]).toEqual([
    'denied by RLS',
    'error 22P02',
    'not observed',
  ]);
});

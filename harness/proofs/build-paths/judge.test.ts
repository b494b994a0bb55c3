import { expect, it } from 'vitest';

import { about } from '../../testing/facts.ts';
import { judgePaths, type BuildPath } from './judge.ts';
import { isWayBackUntried } from './view.ts';

const way = (path: BuildPath['path'], rest: Partial<BuildPath> = {}): BuildPath => ({
  path,
  phase: path === 'taken-down' ? 'baseline' : 'head',
  fingerprint: 'f',
  expected: 'f',
  same: true,
  added: [],
  removed: [],
  error: null,
  ...rest,
});

it('a way that ends elsewhere is a finding with the facts that differ, and so is one that broke off, with the server’s words', () => {
  const told = (rest: Partial<BuildPath>) =>
    judgePaths([way('built-again'), way('taken-down', { same: false, ...rest })]).map(({ object, message }) => [
      object,
      message,
    ]);
  const added = [about('table', 'public.t', 'row-security', { enabled: true })];
  expect(told({ added })).toEqual([
    [
      'taken-down',
      'head taken down to baseline does not reach the fingerprint of baseline: 1 facts differ\n+ table public.t - row-security enabled=true',
    ],
  ]);
  expect(told({ error: 'x.down.sql:1: no\nDetail: view v\nHint: Use CASCADE.' })).toEqual([
    ['taken-down', 'head taken down to baseline broke off: x.down.sql:1: no\nDetail: view v\nHint: Use CASCADE.'],
  ]);
});

it('a way back that nobody went is said not to have been tried', () => {
  expect(isWayBackUntried([way('built-again'), way('upgraded')])).toBe(true);
  expect(isWayBackUntried([way('built-again'), way('taken-down', { same: false, error: 'no' })])).toBe(false);
});

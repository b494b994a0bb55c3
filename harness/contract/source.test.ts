import { describe, expect, it } from 'vitest';

import { ContractSource, type ContractPath } from './source.ts';

const source = new ContractSource(`a: 1
tables:
  public.t: &t
    grants: { app: [SELECT, INSERT] }
  "public.q u": *t
list:
  - x
  - { y: 1 }
`);

describe('a line of the contract', () => {
  it.each<[path: ContractPath, line: number, col: number]>([
    [['a'], 1, 1],
    [['tables', 'public.t'], 3, 3],
    [['tables', 'public.t', 'grants', 'app'], 4, 15],
    [['tables', 'public.t', 'grants', 'app', 1], 4, 29],
    [['tables', 'public.q u'], 5, 3],
    [['list', 1, 'y'], 8, 7],
    [['list', 0], 7, 5],
  ])('is found by its keys: %j', (path, line, col) => {
    expect(source.position(source.offsetOf(path))).toEqual({ line, col });
    expect(source.lineOf(path)).toBe(line);
  });

  it.each<[path: ContractPath, line: number]>([
    [['tables', 'public.t', 'needs', 0, 'identity'], 3],
    [['tables', 'public.gone'], 2],
    [['list', 9], 6],
    [['gone', 'entirely'], 1],
    [[], 1],
  ])('is that of the nearest parent where there is none: %j', (path, line) => {
    expect(source.lineOf(path)).toBe(line);
  });
});

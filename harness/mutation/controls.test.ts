import { expect, it } from 'vitest';

import { worstControls } from './controls.ts';

const run = (suite: string, noticed: boolean, said: string) => ({
  suite,
  noticed,
  failed: noticed ? [said] : [],
  reason: noticed ? null : said,
});

it('keeps for each suite the run that did not notice its damage, in the order of the suites', () => {
  const [first, second, third] = [
    [run('01', true, 'a'), run('02', false, 'b')],
    [run('01', false, 'c'), run('02', true, 'd')],
    [run('01', false, 'e'), run('03', true, 'f')],
  ];
  expect(worstControls([first!, second!, third!])).toEqual([second![0], first![1], third![1]]);
  expect(worstControls([first!, first!])).toEqual(first);
  expect(worstControls([])).toEqual([]);
});

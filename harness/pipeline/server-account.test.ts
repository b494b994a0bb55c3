import { expect, it } from 'vitest';

import { withoutMiddle, withoutRepeats } from './server-account.ts';

it('a long log keeps its beginning and its end, and says how much is left out', () => {
  const line = (number: number) => `line ${number} ${'x'.repeat(90)}\n`;
  const lines = Array.from({ length: 10_000 }, (_, number) => line(number));
  const kept = withoutMiddle(lines.join(''));
  expect(kept.startsWith(line(0))).toBe(true);
  expect(kept.endsWith(line(9_999))).toBe(true);
  const [before, after] = kept.split(/… \d+ lines left out …\n/) as [string, string];
  const left = Number(/… (\d+) lines/.exec(kept)![1]);
  expect(before.split('\n').length - 1 + left + after.split('\n').length - 1).toBe(10_000);
  expect(kept.length).toBeLessThan(130_000);
});

it('a log that is not long is kept whole', () => {
  expect(withoutMiddle('one\ntwo\n')).toBe('one\ntwo\n');
});

it('a line that came many times in a row stands once, with how often', () => {
  expect(withoutRepeats('ready\ndenied\ndenied\ndenied\nother\ndenied\ndenied\nend\n')).toBe(
    'ready\ndenied\n… 3 times\nother\ndenied\ndenied\nend\n',
  );
  expect(withoutRepeats('')).toBe('');
});

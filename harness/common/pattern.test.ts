import fc from 'fast-check';
import { expect, it } from 'vitest';

import { matchesPattern } from './pattern.ts';

it('* matches any text, also none; everything else matches itself', () => {
  expect(matchesPattern('using-true/*', 'using-true/public.notes/p')).toBe(true);
  expect(matchesPattern('*/app', 'grant/public.notes/app')).toBe(true);
  expect(matchesPattern('grant/*/app', 'grant//app')).toBe(true);
  expect(matchesPattern('*', 'a name\nof two lines')).toBe(true);
  expect(matchesPattern('grant/public.notes', 'grant/publicxnotes')).toBe(false);
  expect(matchesPattern('grant/f(text)/[a]', 'grant/f(text)/[a]')).toBe(true);
  expect(matchesPattern('grant', 'grant/x')).toBe(false);
  expect(matchesPattern('grant', 'a grant')).toBe(false);
});

it('matches whatever stands in the place of a *', () => {
  fc.assert(
    fc.property(fc.array(fc.string(), { minLength: 1, maxLength: 4 }), fc.string(), (parts, between) => {
      const plain = parts.map((part) => part.replaceAll('*', ''));
      expect(matchesPattern(plain.join('*'), plain.join(between))).toBe(true);
      expect(matchesPattern(plain.join(''), `${plain.join('')}x`)).toBe(false);
    }),
  );
});

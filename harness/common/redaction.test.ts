import { describe, expect, it } from 'vitest';

import { redacted } from './redaction.ts';

describe('a redacted text', () => {
  it('has none of the secrets, wherever they stand', () => {
    expect(redacted('a=one two, url://u:one%20two@h, one two', ['one two', 'none'])).toBe('a=***, url://u:***@h, ***');
  });

  it('hides the whole of a secret that another one is part of', () => {
    expect(redacted('abcdef abc', ['abc', 'abcdef'])).toBe('*** ***');
  });

  it('is unchanged by an empty secret', () => {
    expect(redacted('text', [''])).toBe('text');
  });

  it('takes a secret as it is, not as a pattern', () => {
    expect(redacted('a.c abc $& $1', ['a.c', '$&'])).toBe('*** abc *** $1');
  });
});

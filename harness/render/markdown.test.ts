import fc from 'fast-check';
import { expect, test } from 'vitest';
import { markdownCode, markdownFence, markdownText } from './markdown.ts';

test('plain names stay readable', () => {
  expect(markdownText('app_user reads public.llm_api_calls (own-tenant)')).toBe(
    'app_user reads public.llm_api_calls (own-tenant)',
  );
  expect(markdownCode('public.llm_api_calls')).toBe('`public.llm_api_calls`');
});

test('text that would be structure is not', () => {
  expect(markdownText('- a|b *c* <d>\n# e')).toBe('&#45; a&#124;b &#42;c&#42; &#60;d&#62;<br>&#35; e');
  expect(markdownText('1. first')).toBe('1&#46; first');
  expect(markdownCode('a`b|c')).toBe('<code>a&#96;b&#124;c</code>');
});

test('whatever the text, it is one line that holds no cell, tag or code boundary', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'ab |`\\<>&*_[]#-1.\n') }), (text) => {
      expect(markdownText(text).replaceAll('<br>', '')).not.toMatch(/[|`<>*\n\\]/);
      expect(markdownCode(text)).toMatch(/^(`[^`|\\\n]+`|<code>[^`|\\\n<>]*<\/code>|)$/);
    }),
  );
});

test('whatever the text, a fence is closed by its own fence only', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'a`~ \n') }), (text) => {
      const lines = markdownFence('sql', text).split('\n');
      const fence = /^`+/.exec(lines[0]!)![0];
      expect(lines.at(-1)).toBe(fence);
      expect(lines.slice(1, -1).some((line) => line.includes(fence))).toBe(false);
    }),
  );
});

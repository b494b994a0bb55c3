import { expect } from 'vitest';

/** The element names of a document in order. Throws at the first fault in the XML. */
export function elements(text: string): string[] {
  const token =
    /<\?xml [^?]*\?>|<(\/?)([a-z]+)((?: [a-z]+="(?:[^<&"\n]|&(?:amp|lt|gt|quot|apos|#\d+);)*")*)(\/?)>|(?:[^<&>]|&(?:amp|lt|gt|quot|apos|#\d+);)+/gy;
  const names: string[] = [];
  const open: string[] = [];
  let at = 0;
  for (const match of text.matchAll(token)) {
    at = match.index + match[0].length;
    const [, end, name, , empty] = match;
    if (name !== undefined && end === '/') {
      expect(open.pop()).toBe(name);
    } else if (name !== undefined) {
      names.push(name);
      open.push(...(empty === '/' ? [] : [name]));
    }
  }
  expect(text.slice(at)).toBe('');
  expect(open).toEqual([]);
  return names;
}

import { expect, it } from 'vitest';

import type { Fact } from './fact.ts';
import { factsText } from './fact-text.ts';
import { readFacts } from './read-facts.ts';

it('reads back what was written, whatever the names are', () => {
  const grant = { kind: 'table', property: 'SELECT', detail: { grantor: 'a\tb', grantable: false } };
  const facts = [
    { ...grant, object: 'public."a\\n\tb"', role: '-' },
    { ...grant, object: 'public."=1+1"', role: '\\-' },
    { kind: 'role', object: 'a\nb', role: '', property: 'exists', detail: {} },
  ] as unknown as Fact[];
  const read = readFacts(factsText(facts));
  expect(factsText(read)).toBe(factsText(facts));
  expect(read).toEqual(expect.arrayContaining(facts));
});

it('refuses a line that is no fact', () => {
  expect(() => readFacts('table\tx\n')).toThrow('line 1');
});

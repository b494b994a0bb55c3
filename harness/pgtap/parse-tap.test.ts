import { readdirSync, readFileSync } from 'node:fs';

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { AssertionResult } from './assertion.ts';
import { parseTap } from './parse-tap.ts';

const folder = new URL('./fixtures/', import.meta.url);
const stems = readdirSync(folder)
  .filter((name) => name.endsWith('.tap'))
  .map((name) => name.slice(0, -'.tap'.length));
const fixture = (name: string) => readFileSync(new URL(name, folder), 'utf8');

describe('a TAP document', () => {
  it('comes in many kinds', () => expect(stems.length).toBeGreaterThan(20));

  it.each(stems)('%s', (stem) => {
    expect(parseTap(fixture(`${stem}.tap`))).toEqual(JSON.parse(fixture(`${stem}.json`)));
  });

  it('comes back as it was written, whatever its results, names and diagnostics', () => {
    // Text that TAP does not read as a directive, a subtest or an escape.
    const words = fc.stringMatching(/^[a-zA-Z][\w .,:;()"'/|*-]{0,30}[\w)"]$/);
    const result = fc.constantFrom<AssertionResult>('ok', 'not-ok', 'skip', 'todo');
    const one = fc.record({ name: words, result, diagnostics: fc.array(words, { maxLength: 3 }) });
    fc.assert(
      fc.property(fc.array(one, { minLength: 1, maxLength: 12 }), fc.boolean(), (results, planLast) => {
        const plan = `1..${results.length}\n`;
        const lines = results.map(({ name, result: end, diagnostics }, index) => {
          const directive = { ok: '', 'not-ok': '', skip: ' # SKIP because', todo: ' # TODO because' }[end as string];
          return `${end === 'not-ok' || end === 'todo' ? 'not ok' : 'ok'} ${index + 1} - ${name}${directive}\n${diagnostics.map((line) => `# ${line}\n`).join('')}`;
        });
        const tap = planLast ? lines.join('') + plan : plan + lines.join('');
        expect(parseTap(tap)).toEqual({
          planned: results.length,
          assertions: results.map(({ name, result: end, diagnostics }, index) => ({
            number: index + 1,
            name,
            result: end,
            diagnostics: end === 'not-ok' ? diagnostics.join('\n') : end === 'ok' ? '' : 'because',
          })),
          bailout: null,
          malformed: [],
        });
      }),
    );
  });
});

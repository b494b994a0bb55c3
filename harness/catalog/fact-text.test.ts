import { describe, expect, it } from 'vitest';

import type { Fact } from './fact.ts';
import { factLine, factsText, fingerprint, sortFacts } from './fact-text.ts';

const grant = (object: string, grantor = 'postgres'): Fact => ({
  kind: 'table',
  object,
  role: 'app_rw',
  property: 'SELECT',
  detail: { grantor, grantable: false },
});
const flag: Fact = { kind: 'role', object: 'app_rw', role: '', property: 'bypassrls', detail: {} };

describe('factLine', () => {
  it('writes fields and then the detail by name', () => {
    expect(factLine(grant('public.a'))).toBe('table\tpublic.a\tapp_rw\tSELECT\tgrantable=false\tgrantor=postgres');
  });

  it('writes - for what is empty, and something else for a real -', () => {
    expect(factLine(flag)).toBe('role\tapp_rw\t-\tbypassrls');
    expect(factLine({ ...flag, object: '-' })).toBe('role\t\\-\t-\tbypassrls');
  });

  it('stays one line whatever the names are', () => {
    const line = factLine({ ...flag, object: 'a\tb\nc\\n\r', detail: { value: 'x\ny' } });
    expect(line).toBe('role\ta\\tb\\nc\\\\n\\r\t-\tbypassrls\tvalue=x\\ny');
  });
});

describe('factsText', () => {
  const facts = [grant('public.b'), flag, grant('public.B'), grant('public.a')];

  it('is sorted by code unit, in the order that sortFacts gives', () => {
    expect(factsText(facts)).toBe(
      sortFacts(facts)
        .map((fact) => `${factLine(fact)}\n`)
        .join(''),
    );
    expect(sortFacts(facts).map(({ object }) => object)).toEqual(['app_rw', 'public.B', 'public.a', 'public.b']);
  });

  it('gives one fingerprint for any order, and another for any change', () => {
    expect(fingerprint(facts)).toBe(fingerprint(facts.toReversed()));
    expect(fingerprint(facts)).toMatch(/^[0-9a-f]{64}$/);
    expect(fingerprint(facts.slice(1))).not.toBe(fingerprint(facts));
  });

  it('of nothing is nothing', () => {
    expect(factsText([])).toBe('');
  });
});

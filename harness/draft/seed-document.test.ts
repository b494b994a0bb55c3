import { describe, expect, it } from 'vitest';

import { SeedDocument } from './seed-document.ts';

const valuesOf = (document: SeedDocument) => JSON.parse(document.text()) as Record<string, string>;

describe('a document for what functions read', () => {
  it('has their keys, with texts of the type that they cast to', () => {
    const document = new SeedDocument(
      [
        `insert into p values (new.id, new.meta->>'full_name', (new.meta ->> 'org')::uuid, coalesce(new.meta->>'age', '0')::int)`,
      ],
      'a',
    );
    expect(valuesOf(document)).toEqual({
      full_name: expect.stringMatching(/^full_name \w{8}$/) as string,
      org: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      age: expect.stringMatching(/^\d+$/) as string,
    });
  });

  it('gives the key whose value was refused another one, and in the end none', () => {
    const document = new SeedDocument([`x := new.meta ->> 'plan';`], 'a');
    const refused = () => `invalid input value for enum plan: "${valuesOf(document)['plan']}"`;
    const tried = new Set<string>();
    while ('plan' in valuesOf(document)) {
      tried.add(valuesOf(document)['plan']!);
      expect(document.change(refused())).toBe(true);
    }
    expect(tried.size).toBe(5);
    expect(document.change('invalid input value for enum plan: "gold"')).toBe(false);
    expect(new SeedDocument(['begin return new; end'], 'a').isEmpty).toBe(true);
  });
});

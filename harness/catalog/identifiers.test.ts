import { expect, it } from 'vitest';

import { nameParts, schemaOf } from './identifiers.ts';

it.each([
  ['public.tenants', ['public', 'tenants']],
  ['public.tenants.id', ['public', 'tenants', 'id']],
  ['"a.b"."c""."."d e"', ['"a.b"', '"c""."', '"d e"']],
  ['security.f(text,"a.b".t)', ['security', 'f']],
  ['public."f("(integer)', ['public', '"f("']],
  ['database', ['database']],
])('%s has the parts %j', (name, parts) => {
  expect(nameParts(name)).toEqual(parts);
  expect(schemaOf(name)).toBe(parts[0]);
});

import { describe, expect, it } from 'vitest';

import { isValue } from './is-value.ts';

const uuid = 'abcdef01-2345-6789-abcd-ef0123456789';
const condition = (type: string, value: string, category = 'U') => isValue('c', { type, category }, value);

describe('a column holds a value', () => {
  it.each([
    uuid,
    uuid.toUpperCase(),
    `{${uuid}}`,
    uuid.replaceAll('-', ''),
    `{${uuid.replaceAll('-', '').toUpperCase()}}`,
    'abcd-ef01-2345-6789-abcd-ef01-2345-6789',
  ])('a uuid spelled %s', (value) => {
    expect(condition('uuid', value)).toBe(`c::text = '${uuid}'`);
    expect(isValue('c', { type: 'tenant', base_type: 'uuid', category: 'U' }, value)).toBe(`c::text = '${uuid}'`);
    expect(condition('uuid[]', value, 'A')).toBe(`'${uuid}' = any (c::text[])`);
    expect(condition('text', value, 'S')).toBe(`c::text = '${value}'`);
  });

  it.each([`{${uuid}`, `${uuid}}`, `-${uuid}`, `${uuid} `, 'abc-def01-2345-6789-abcd-ef0123456789', '', '%'])(
    'as it stands what is not a uuid: %j',
    (value) => {
      expect(condition('uuid', value)).toBe(`c::text = '${value}'`);
    },
  );

  it.each([
    ['007', '7'],
    [' +7 ', '7'],
    ['-0', '0'],
    ['-07', '-7'],
    ['7a', '7a'],
    ['000', '0'],
  ])('a whole number spelled %j', (value, shown) => {
    expect(condition('bigint', value, 'N')).toBe(`c::text = '${shown}'`);
    expect(condition('integer[]', value, 'A')).toBe(`'${shown}' = any (c::text[])`);
  });

  it('citext in any case', () => {
    expect(condition('citext', 'Acme', 'S')).toBe(`pg_catalog.lower(c::text) = pg_catalog.lower('Acme')`);
    expect(condition('extensions.citext', 'A', 'S')).toBe(`pg_catalog.lower(c::text) = pg_catalog.lower('A')`);
  });

  it('as text where nobody knows its type', () => {
    expect(isValue('c', undefined, "It's")).toBe(`c::text = 'It''s'`);
  });
});

import { describe, expect, it } from 'vitest';

import { faultsOf } from '../testing/contract-faults.ts';
import { minimal } from '../testing/contract.ts';
import { asPrinted } from './name-checks.ts';

describe('the name of a function, as PostgreSQL prints it', () => {
  it.each([
    ['public.search(q text, VARIADIC tags text[])', 'public.search(text,text[])'],
    ["public.f(a integer, b text DEFAULT 'x, y'::text)", 'public.f(integer,text)'],
    ['public.f(IN a integer, OUT b text, INOUT c bigint)', 'public.f(integer,bigint)'],
    ['public.f(integer, text)', 'public.f(integer,text)'],
    ['public.f(at timestamp with time zone)', 'public.f(timestamp with time zone)'],
    ['public.f(at timestamp(3) without time zone[])', 'public.f(timestamp(3) without time zone[])'],
    ['public.f("My Arg" "My Type", x double precision)', 'public.f("My Type",double precision)'],
    ['public.f(int, int)', 'public.f(integer,integer)'],
    ['public.f(a int4, b varchar(10)[], VARIADIC c bool[])', 'public.f(integer,character varying[],boolean[])'],
    [
      'public.f(timestamptz, numeric(10, 2), time)',
      'public.f(timestamp with time zone,numeric,time without time zone)',
    ],
    ['"My Schema"."Count It"(who text)', '"My Schema"."Count It"(text)'],
    ['public.Total(character varying)', 'public."Total"(character varying)'],
  ])('%s is %s', (written, printed) => {
    expect(asPrinted(written, true)).toBe(printed);
    expect(asPrinted(printed, true)).toBe(printed);
  });

  it.each([
    'f()',
    'public.f(character varying,bit varying,double precision,timestamp without time zone)',
    'public.f("char",public."My Type"[])',
    'public.f(interval day to second)',
    'public.f',
    'no name (at all',
  ])('%s stays as it is', (name) => {
    expect(asPrinted(name, true)).toBe(name);
  });
});

describe('the name of a table, as PostgreSQL prints it', () => {
  it.each([
    ['public.Order', 'public."Order"'],
    ['public."order"', 'public."order"'],
    ['public.order-lines', 'public."order-lines"'],
    ['public.2fa', 'public."2fa"'],
    ['public."say ""hi"""', 'public."say ""hi"""'],
    [`public.${'t'.repeat(70)}`, `public.${'t'.repeat(63)}`],
    [`public."${'ü'.repeat(40)}"`, `public."${'ü'.repeat(31)}"`],
    ['public.t', 'public.t'],
    ['constructor', 'constructor'],
    ['', ''],
  ])('%s is %s', (written, printed) => {
    expect(asPrinted(written, false)).toBe(printed);
  });
});

describe('names that could never be found', () => {
  it('are refused with the name to write, and so are roles and databases that are too long', () => {
    const long = 'r'.repeat(64);
    const text = `${minimal}databases: { baseline: a, head: d${long} }\ntables: { public.Order: {}, 'public.${long}': {} }\nfunctions: { 'public.f(a text)': {} }\n`;
    expect(faultsOf(text.replace(/app: \{/, `${long}: { kind: group }, app: {`))).toEqual([
      expect.stringMatching(/identities\.r+: PostgreSQL cuts names after 63 bytes: write r{63}$/),
      expect.stringMatching(/databases\.head: PostgreSQL cuts names after 63 bytes: write dr{62}$/),
      expect.stringMatching(/tables\.public\.Order: PostgreSQL prints this name as public\."Order": write it so$/),
      expect.stringMatching(/tables\.public\.r+: PostgreSQL cuts names after 63 bytes: write public\.r+$/),
      expect.stringMatching(
        /functions\.public\.f\(a text\): PostgreSQL prints this name as public\.f\(text\): write it so$/,
      ),
    ]);
  });
});

import { expect, it } from 'vitest';

import { sqlParser } from '../postgres/parsed-sql.ts';
import { widenedDefinition, type FunctionText } from './widen-body.ts';

const parser = await sqlParser();
const widened = (body: string, more: Partial<FunctionText> = {}) => {
  const base = { kind: 'f', language: 'sql', parsed: false, returnsSet: false };
  return widenedDefinition(parser, { ...base, body, definition: `AS $$${body}$$`, ...more });
};

it.each([
  ['select 1 -- where\n from t WHERE a', 'select 1 -- where\n from t where true or a'],
  [`select 'where', "where" /* where */ from t where a`, `select 'where', "where" /* where */ from t where true or a`],
  ['select /* /* */ where */ é from t where a', 'select /* /* */ where */ é from t where true or a'],
  [String.raw`select E'\' where' from t where a`, String.raw`select E'\' where' from t where true or a`],
  ['select $a$ where $a$ from t where a', 'select $a$ where $a$ from t where true or a'],
])('lets the condition of %s always hold', (body, wide) => {
  expect(widened(body)).toBe(`AS $$${wide}$$`);
});

it('lets a condition of a PL/pgSQL body hold, and not what only looks like one', () => {
  const body = (where: string) => `
    begin
      update t set a = 1 where current of c;
      insert into t values (1) on conflict ((lower(a))) where b do nothing;
      for r in select * from t ${where} a loop return next r; end loop;
    end`;
  expect(widened(body('where'), { language: 'plpgsql' })).toBe(`AS $$${body('where true or')}$$`);
});

it('gives every row twice where there is no condition', () => {
  const twice = 'AS $$(select id from t\n) union all (select id from t\n)$$';
  expect(widened('select id from t; ', { returnsSet: true })).toBe(twice);
  expect(widened('select id from t; -- all; of them', { returnsSet: true })).toBe(twice);
  expect(widened('select id from t')).toBeNull();
  expect(widened('select 1; select 2', { returnsSet: true })).toBeNull();
  expect(widened('insert into t values (1) returning id', { returnsSet: true })).toBeNull();
});

it.each([
  ['\nBEGIN ATOMIC\n SELECT a\n   WHERE b;\nEND', '\nBEGIN ATOMIC\n SELECT a\n   where true or b;\nEND'],
  ['\nRETURN ( SELECT a\n   WHERE b)', '\nRETURN ( SELECT a\n   where true or b)'],
])('widens a body that was parsed: %j', (body, wide) => {
  const head = String.raw`CREATE OR REPLACE FUNCTION public.return(a text DEFAULT E'\'
RETURN where'::text) RETURNS public.return LANGUAGE sql SET work_mem TO '
BEGIN ATOMIC where'`;
  expect(widened('', { parsed: true, definition: head + body })).toBe(head + wide);
});

it('leaves a body of a language it does not read', () => {
  expect(widened('x where y', { language: 'plpython3u' })).toBeNull();
  expect(widened('x where y', { kind: 'a' })).toBeNull();
});

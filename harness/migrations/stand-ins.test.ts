import { expect, it } from 'vitest';

import { withoutExtensions } from './stand-ins.ts';

it.each<[sql: string, sent: string | undefined]>([
  ['create extension vector', ''],
  ['  -- for search\n/* in /* two */ parts */ CREATE EXTENSION if not exists Vector with schema public', ''],
  ['alter extension "vector" update', ''],
  ['create extension "Vector"', undefined],
  ['create extension citext', undefined],
  ["select 'create extension vector'", undefined],
])('of %j with a stand-in for vector is sent instead: %j', (sql, sent) => {
  expect(withoutExtensions(['vector'])!(sql)).toBe(sent);
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { connect, type Session } from '../postgres/session.ts';
import { startTestServer, type TestServer } from '../testing/server.ts';
import { readRoutineCalls } from './routines.ts';

const schema = `
  create type mood as enum ('glad', 'sad');
  create function search(q text, variadic tags text[]) returns integer language sql as 'select 1';
  create function one_of(variadic anyarray) returns anyelement language sql as 'select $1[1]';
  create function anything(variadic "any") returns text language internal as 'text_concat';
  create function feel(mood) returns mood language sql as 'select $1';
  create function pair(out a integer, out b text) language sql as $$ select 1, 'x' $$;
  create function some_row() returns record language sql as 'select 1, 2';
  create function many(n integer default 1) returns setof integer language sql as 'select generate_series(1, 3)';
  create procedure post(n integer, out total bigint) language sql as 'select 1::bigint';
  create aggregate total(integer) (sfunc = int4pl, stype = integer);
  create aggregate middle(direct double precision order by double precision) (
    sfunc = ordered_set_transition, stype = internal, finalfunc = percentile_cont_float8_final);
  create function place() returns bigint language internal window as 'window_row_number';
  create function stamp() returns trigger language plpgsql as 'begin return new; end';`;

let server: TestServer;
let session: Session;
beforeAll(async () => {
  server = await startTestServer();
  session = await connect(server.superuser);
  await session.script(schema);
});
afterAll(async () => {
  await session.close();
  await server.stop();
});

const callOf = async (signature: string) => (await readRoutineCalls(session, [signature])).get(signature);

describe('a routine is called as it can be called', () => {
  it.each([
    ['search(text,text[])', 'select * from search(null::text, variadic null::text[])'],
    ['one_of(anyarray)', 'select * from one_of(variadic null::integer[])'],
    ['anything("any")', 'select * from anything(null::text)'],
    ['feel(mood)', 'select * from feel(null::public.mood)'],
    ['pair()', 'select * from pair()'],
    ['some_row()', 'select some_row()'],
    ['many(integer)', 'select * from many(null::integer)'],
    ['post(integer)', 'call post(null::integer, null::bigint)'],
    ['total(integer)', 'select total(null::integer)'],
    [
      'middle(double precision,double precision)',
      'select middle(null::double precision) within group (order by null::double precision)',
    ],
    ['place()', 'select place() over ()'],
  ])('%s', async (signature, call) => {
    expect(await callOf(signature)).toBe(call);
    await session.query(call);
  });

  it('is not called where only the server can, and not known where it is not there', async () => {
    expect([await callOf('stamp()'), await callOf('gone(integer)')]).toEqual([null, undefined]);
  });
});

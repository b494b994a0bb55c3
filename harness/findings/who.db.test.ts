import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { urlOf } from '../postgres/target.ts';
import { who } from '../commands/who.ts';
import { testContext } from '../testing/head.ts';
import { startTestServer, type TestServer } from '../testing/server.ts';
import type { Everybody } from './who.ts';

let server: TestServer;
let url: string;

const fixture = `
create role owner; create role direct; create role grp; create role member login; create role chooser login; create role columns login;
create role viewer login; create role caller login; create role streamer replication login; create role nothing login; create role writer login;
create schema shop; grant usage on schema shop to public;
create table shop.t (id int, name text, secret text); alter table shop.t owner to owner;
grant select on shop.t to direct, grp; grant grp to member; grant direct to chooser with inherit false, set true;
grant select (name) on shop.t to columns;
create view shop.v as select id from shop.t; alter view shop.v owner to owner; grant select on shop.v to viewer;
create view shop.vv as select * from shop.v; alter view shop.vv owner to owner; grant select on shop.vv to viewer;
create materialized view shop.m as select name from shop.t; alter materialized view shop.m owner to owner; grant select on shop.m to viewer;
create function shop.reads() returns setof int language sql security definer set search_path = '' as 'select id from shop.t';
create function shop.counts() returns bigint language plpgsql security definer set search_path = '' as 'begin return (select count(*) from shop.t); end';
create function shop.any(q text) returns void language plpgsql security definer set search_path = '' as 'begin execute q; end';
create function shop.other() returns int language sql security definer set search_path = '' as 'select 1';
alter function shop.reads() owner to owner; alter function shop.counts() owner to owner; alter function shop.any(text) owner to owner; alter function shop.other() owner to owner;
revoke execute on all functions in schema shop from public;
grant execute on all functions in schema shop to caller;
create table shop.log (id int); grant delete on shop.log to writer;
create function shop.purges() returns trigger language plpgsql security definer set search_path = '' as 'begin delete from shop.t; return old; end';
alter function shop.purges() owner to owner; create trigger purge after delete on shop.log for each row execute function shop.purges();
create publication away for table shop.t`;

beforeAll(async () => {
  server = await startTestServer();
  await server.createDatabase('who');
  await server.query(fixture, 'who');
  url = urlOf(server.target('who'));
});
afterAll(() => server.stop());

/** Each role with its paths, except the superuser. */
async function asked(privilege: string, object: string): Promise<Record<string, string[]>> {
  const { context, answered } = testContext();
  await who(privilege, object, { url, format: 'json', contract: 'none.yaml', topology: 'embedded' }, context);
  const { ways } = JSON.parse(answered()) as Everybody;
  const byRole: Record<string, string[]> = {};
  for (const { role, text, sure } of ways.filter((one) => one.text !== 'as a superuser')) {
    (byRole[role] ??= []).push(`${sure ? '' : '? '}${text}`);
  }
  return byRole;
}

describe('who has it', () => {
  it('tells everybody who may SELECT from a table, by every way', async () => {
    expect(await asked('select', 'shop.t')).toEqual({
      owner: ['as owner'],
      direct: ['directly, granted by owner'],
      grp: ['directly, granted by owner'],
      member: ['via grp (granted by owner)'],
      chooser: ['via SET ROLE direct (granted by owner)'],
      viewer: [
        'through the materialized view shop.m of owner',
        'through the view shop.v of owner',
        'through the view shop.vv of owner',
      ],
      caller: [
        '? perhaps through the definer function shop."any"(text) of owner: its body runs text it is given',
        'through the definer function shop.counts() of owner, whose body names it',
        'through the definer function shop.reads() of owner, whose body does SELECT',
      ],
      writer: ['through the trigger purge on shop.log'],
      streamer: ['by REPLICATION, through the publication away'],
    });
  });

  it('leaves out ways that do something else, and tells of a column by its own grants as well', async () => {
    expect(await asked('delete', 'shop.t')).toEqual({
      owner: ['as owner'],
      caller: [
        '? perhaps through the definer function shop."any"(text) of owner: its body runs text it is given',
        'through the definer function shop.counts() of owner, whose body names it',
      ],
      writer: ['through the trigger purge on shop.log'],
    });
    const ofName = await asked('select', 'shop.t.name');
    expect(ofName['columns']).toEqual(['directly, granted by owner, on column name only']);
    expect(ofName['viewer']).toContain('? through the view shop.v of owner, of which columns is not known');
    expect(ofName['member']).toEqual(['via grp (granted by owner)']);
    expect((await asked('select', 'shop.t.secret'))['columns']).toBeUndefined();
  });

  it('tells of functions and schemas, and refuses what is not there', async () => {
    expect(await asked('execute', 'shop.reads()')).toEqual({
      owner: ['as owner'],
      caller: ['directly, granted by owner'],
    });
    expect(Object.keys(await asked('usage', 'schema shop'))).toContain('PUBLIC');
    await expect(asked('select', 'shop.gone')).rejects.toThrow('shop.gone does not exist');
    await expect(asked('fly', 'shop.t')).rejects.toThrow('fly is not a privilege');
  });
});

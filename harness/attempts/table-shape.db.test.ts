import { readFileSync } from 'node:fs';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { connect, type Session } from '../postgres/session.ts';
import { startTestServer, type TestServer } from '../testing/server.ts';
import { statementFor, tenantCommandsOn, type Command } from './statements.ts';
import { contractWith } from '../testing/contract.ts';
import { readShapes } from './read-shapes.ts';
import type { TableShape } from './table-shape.ts';

let server: TestServer;
let session: Session;
beforeAll(async () => {
  server = await startTestServer();
  session = await connect(server.superuser);
  await session.script(readFileSync(new URL('table-shape.fixture.sql', import.meta.url), 'utf8'));
});
afterAll(async () => {
  await session.close();
  await server.stop();
});

const shapeOf = async (table: string, tenant?: string) =>
  (
    await readShapes(
      session,
      contractWith(
        `tenancy: { setting: app.tenant, column: tenant, own: ${tenant ?? 'nobody'}, other: other, unknown: unknown, invalid: x }
tables: { '${table}': { ${tenant === undefined ? 'rows: all' : 'row_security: forced'} } }`,
      ),
    )
  ).get(table)!;

/** How many rows a statement reaches; the change is rolled back. */
async function rows(
  command: Command,
  table: string,
  shape: TableShape | undefined,
  tenant?: { column: string; text: string },
): Promise<number> {
  await session.script('begin');
  try {
    return await session.rowCount(statementFor(command, table, shape, tenant).sql);
  } finally {
    await session.script('rollback');
  }
}

describe('the shape of a table', () => {
  it('knows of a view what the table below it generates, holds once and refers to', async () => {
    await session.script(`
      create view shown with (security_invoker) as select id, tenant, ref, serial_no as no, note from full_house;
      create view shown_again as select * from shown;
      create view joined as select f.id, p.id as parent from full_house as f join parent as p on p.id = f.ref;
      create view keyed as select tenant, short, ref, note from full_house where false`);
    const { columns } = await shapeOf('shown_again');
    const named = (test: (column: (typeof columns)[number]) => boolean) => columns.filter(test).map(({ name }) => name);
    expect(named(({ filled_by_server }) => filled_by_server)).toEqual(['id', 'note']);
    expect(named(({ generated }) => generated)).toEqual(['id']);
    expect(named(({ refers }) => refers)).toEqual(['ref']);
    expect(named(({ unique_keys }) => unique_keys.length > 0)).toEqual(['id', 'tenant']);
    expect(named(({ arbiters }) => arbiters!.length > 0)).toEqual(['id']);
    expect((await shapeOf('joined')).columns.every((one) => !one.generated && one.unique_keys.length === 0)).toBe(true);
    expect(
      (await shapeOf('keyed')).columns.filter(({ arbiters }) => arbiters!.length > 0).map(({ name }) => name),
    ).toEqual(['tenant', 'short']);
  });

  it('is taken by statements for views too: rows are copied out of one, and into none', async () => {
    const shape = await shapeOf('shown_again');
    expect(statementFor('COPY TO', 'shown_again', shape).sql).toBe('copy (select * from shown_again) to stdout');
    expect(tenantCommandsOn(shape, undefined)).not.toContain('COPY FROM');
    expect(tenantCommandsOn(await shapeOf('full_house'), undefined)).toContain('COPY FROM');
    expect(await rows('UPDATE', 'shown_again', shape)).toBe(2);
  });

  it('moves no row to another tenant for a session that is of none', async () => {
    const shape = await shapeOf('full_house', 'a');
    expect(tenantCommandsOn(shape, 'tenant')).toContain('UPDATE re-home');
    expect(tenantCommandsOn(shape, 'tenant', 'sees-all')).not.toContain('UPDATE re-home');
  });

  it('knows what the server fills, what it generates, what is a key and what refers', async () => {
    const { columns } = await shapeOf('full_house', 'a');
    const named = (test: (column: (typeof columns)[number]) => boolean) => columns.filter(test).map(({ name }) => name);
    expect(named(({ filled_by_server }) => filled_by_server)).toEqual(['id', 'serial_no', 'note', 'doubled']);
    expect(named(({ generated }) => generated)).toEqual(['id', 'doubled']);
    expect(named(({ refers }) => refers)).toEqual(['ref']);
    expect(named(({ unique_keys }) => unique_keys.length > 0)).toEqual([
      'id',
      'tenant',
      'code',
      'short',
      'day',
      'stamp',
      'clock',
      'price',
      'key',
      'number',
    ]);
    expect(columns.find(({ name }) => name === 'code')!.type).toBe('character varying(9)');
  });

  it('has a row of the tenant that is asked for, as literals', async () => {
    const a = await shapeOf('full_house', 'a');
    expect(a.row).toMatchObject({
      tenant: "'a'::text",
      ref: "'2'::integer",
      tags: 'null',
      [`we"ird, 'name'`]: `'it''s "a"'::text`,
    });
    expect((await shapeOf('full_house', 'b')).row['tenant']).toBe("'b'::text");
    expect((await shapeOf('full_house', 'nobody')).row).toEqual({});
  });

  it('has one fresh value for each key, where the type has one, and never in a reference or the tenant', async () => {
    const { fresh } = await shapeOf('full_house', 'a');
    expect(Object.keys(fresh).toSorted()).toEqual(['code', 'day', 'key', 'number', 'short', 'stamp']);
    expect(fresh).toMatchObject({ day: "'2026-01-03'::date", number: "'8.00'::numeric(12,2)" });
  });

  it('looks for a fresh value in the key and not in what INCLUDE adds', async () => {
    expect(Object.keys((await shapeOf('included')).fresh)).toEqual(['name']);
  });

  it('counts on where all values of a key end in a number', async () => {
    expect((await shapeOf('invoices')).fresh).toEqual({ number: "'R-010'::text" });
  });

  it('knows of a child as of its parent which hostile values are the own tenant in another spelling', async () => {
    const own = 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa';
    const shapes = await readShapes(
      session,
      contractWith(
        `tenancy: { setting: app.tenant, column: tenant, own: ${own}, other: other, unknown: unknown, invalid: x }
tables: { public.guid_parents: { row_security: forced }, public.guid_children: { row_security: forced, rows: { via: parent } } }`,
      ),
    );
    const said = (table: string) => shapes.get(table)!.hostile!.map(({ tenant }) => tenant);
    expect(said('public.guid_children')).toEqual(said('public.guid_parents'));
    expect(said('public.guid_children')).not.toContain(own.toUpperCase());
  });

  it('takes any row where the table has no tenant after all', async () => {
    expect((await shapeOf('included', 'a')).row['name']).toBe("'n'::text");
  });

  it('is unknown for a table that is not there', async () => {
    expect(await shapeOf('public.gone')).toBeUndefined();
    expect(await shapeOf('gone.gone')).toBeUndefined();
  });
});

describe('its statements', () => {
  it.each<[table: string, inserted: number]>([
    ['included', 1],
    ['only_identity', 1],
    ['empty', 1],
    ['"we ird"."ta""ble"', 1],
  ])('insert into %s', async (table, inserted) => {
    expect(await rows('INSERT', table, await shapeOf(table))).toBe(inserted);
  });

  it.each<[table: string, there: number]>([
    ['full_house', 2],
    ['included', 1],
    ['only_identity', 1],
    ['empty', 0],
    ['"we ird"."ta""ble"', 1],
  ])('read, change and delete every row of %s', async (table, there) => {
    const shape = await shapeOf(table, 'a');
    expect(await rows('SELECT', table, shape)).toBe(there);
    expect(await rows('UPDATE', table, shape, { column: 'tenant', text: 'a' })).toBe(there);
    expect(await rows('DELETE', table, shape)).toBe(there);
  });

  it('insert past keys, references, lengths and generated columns, but not past a key that has no next value', async () => {
    const tenant = { column: 'tenant', text: 'a' };
    await expect(rows('INSERT', 'full_house', await shapeOf('full_house', 'a'), tenant)).rejects.toThrow(
      'full_house_clock_key',
    );
    await session.script('alter table full_house drop clock, drop price');
    expect(await rows('INSERT', 'full_house', await shapeOf('full_house', 'a'), tenant)).toBe(1);
  });
});

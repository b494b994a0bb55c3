import { describe, expect, it } from 'vitest';

import { callOfAbsent } from './routines.ts';
import { statementFor, tenantCommandsOn, type Command } from './statements.ts';
import type { Column, TableShape } from './table-shape.ts';

const column = (name: string, rest: Partial<Column> = {}): Column => ({
  name,
  type: 'text',
  category: 'S',
  filled_by_server: false,
  generated: false,
  unique_keys: [],
  refers: false,
  ...rest,
});
const shape = (
  columns: Column[],
  row: Record<string, string> = {},
  fresh: Record<string, string> = {},
): TableShape => ({ columns, row, fresh });
const id = column('id', { type: 'integer', category: 'N', unique_keys: ['{1}'] });

describe('a statement on a table', () => {
  it('as MERGE reads a column, changes what it sees, or adds a row', () => {
    const of = (command: Command) =>
      statementFor(command, 'public.t', shape([id, column('tenant')], { id: '1', tenant: "'b'" }, { id: '7' }), {
        column: 'tenant',
        text: 'a',
      });
    const seen =
      'merge into public.t as t using (values (1)) as s (x) on t."tenant" is not distinct from t."tenant" when matched then';
    expect(of('MERGE UPDATE')).toEqual({ sql: `${seen} update set "id" = 1`, shown: `${seen} update set "id" = …` });
    expect(of('MERGE DELETE').sql).toBe(`${seen} delete`);
    expect(of('MERGE INSERT').sql).toBe(
      `merge into public.t using (values (1)) as s (x) on false when not matched then insert ("id", "tenant") values (7, 'a'::text)`,
    );
  });

  it('is MERGE only where the server has it', () => {
    const merges = (given: Partial<TableShape>) =>
      tenantCommandsOn({ ...shape([id, column('tenant')]), ...given }, 'tenant').filter((one) => /MERGE/.test(one));
    expect(merges({})).toEqual([]);
    expect(merges({ merges: true })).toEqual(['MERGE INSERT', 'MERGE UPDATE', 'MERGE DELETE']);
    expect(merges({ merges: true, updatable: 8 })).toEqual(['MERGE INSERT']);
  });

  it.each<[command: Command, sql: string]>([
    ['SELECT', 'select 1 from "we ird"."ta""ble"'],
    ['DELETE', 'delete from "we ird"."ta""ble"'],
    ['INSERT', 'insert into "we ird"."ta""ble" default values'],
    ['UPDATE', 'update "we ird"."ta""ble" set "id" = default'],
  ])('that is not there, or of no shape: %s', (command, sql) => {
    expect(statementFor(command, '"we ird"."ta""ble"', undefined)).toEqual({ sql, shown: sql });
  });

  it.each<[what: string, columns: Column[], set: string]>([
    [
      'an ordinary column, neither key, reference nor tenant',
      [id, column('tenant'), column('owner', { refers: true }), column('note')],
      '"note" = \'x\'',
    ],
    ['a reference rather than a key', [id, column('owner', { refers: true })], '"owner" = \'x\''],
    ['a key where there is no better, but not the tenant', [column('tenant'), id], '"id" = \'x\''],
    [
      'a reference where there is no better',
      [column('gen', { generated: true }), column('owner', { refers: true })],
      '"owner" = \'x\'',
    ],
    [
      'the tenant where there is nothing else',
      [column('gen', { generated: true }), column('tenant')],
      '"tenant" = \'x\'',
    ],
    ['the default of what the server generates', [column('a"b', { generated: true })], '"a""b" = default'],
  ])('changes %s', (_, columns, set) => {
    const row = Object.fromEntries(columns.map(({ name }) => [name, "'x'"]));
    expect(statementFor('UPDATE', 'public.t', shape(columns, row), { column: 'tenant', text: 'a' }).sql).toBe(
      `update public.t set ${set}`,
    );
  });

  it('changes to the default where no row could be copied', () => {
    expect(statementFor('UPDATE', 'public.t', shape([column('note')])).sql).toBe(
      'update public.t set "note" = default',
    );
  });

  it('inserts a copy of a row that keeps to keys, defaults and the tenant', () => {
    const columns = [
      id,
      column('tenant'),
      column('made', { filled_by_server: true }),
      column('twice', { filled_by_server: true, generated: true }),
      column('a"b'),
    ];
    const row = { id: '1', tenant: "'b'", made: 'now()', twice: '2', 'a"b': "'secret'" };
    const { sql, shown } = statementFor('INSERT', 'public.t', shape(columns, row, { id: '7' }), {
      column: 'tenant',
      text: 'a',
    });
    expect(sql).toBe(`insert into public.t ("id", "tenant", "a""b") values (7, 'a'::text, 'secret')`);
    expect(shown).toBe(`insert into public.t ("id", "tenant", "a""b") values (…, …, …)`);
  });

  it('shows no value that it copied', () => {
    const { sql, shown } = statementFor('UPDATE', 'public.t', shape([column('note')], { note: "'secret'" }));
    expect(sql).toContain('secret');
    expect(shown).toBe('update public.t set "note" = …');
  });
});

describe('the call of a function that is not there', () => {
  it.each([
    ['public.f()', 'select * from public.f()'],
    ['public.f(text)', 'select * from public.f(null::text)'],
    [
      '"s s"."f,(x"(integer, character varying, text[])',
      'select * from "s s"."f,(x"(null::integer, null::character varying, null::text[])',
    ],
  ])('%s has an argument NULL for each', (signature, call) => {
    expect(callOfAbsent(signature)).toBe(call);
  });
});

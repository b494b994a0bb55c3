import { expect, it } from 'vitest';

import { roleSql } from '../catalog/role-name.ts';
import { quoteIdentifier } from '../postgres/quote.ts';
import { joined, sql, type RawName, type RoleName, type SqlName } from './sql.ts';

const table: SqlName = 'public."My table"';
const role: RoleName = 'app "x"';
const policy: RawName = 'my policy';

it('takes names that are SQL, and raw names once they are quoted', () => {
  expect(
    sql`create policy ${quoteIdentifier(policy)} on ${table} to ${joined([roleSql(role), roleSql('PUBLIC')])}`,
  ).toBe('create policy "my policy" on public."My table" to "app ""x""", PUBLIC');
  expect(sql`limit ${1} ${'offset'} 2`).toBe('limit 1 offset 2');
});

it('keeps what the text says, backslashes too', () => {
  expect(sql`select E'\\n${1}\t'`).toBe("select E'\\n1\t'");
});

it('is refused by the compiler with a raw name, or a text of which nobody said what it is', () => {
  const text: string = 'x';
  expect([
    // @ts-expect-error a role has to be quoted by roleSql
    sql`grant select on ${table} to ${role}`,
    // @ts-expect-error a policy's name has to be quoted by quoteIdentifier
    sql`drop policy ${policy} on ${table}`,
    // @ts-expect-error it may be anything
    sql`select ${text}`,
    // @ts-expect-error PUBLIC is not a name: roleSql knows it
    quoteIdentifier(role),
    // @ts-expect-error a quoted name is not a role
    roleSql(table),
  ]).toHaveLength(5);
});

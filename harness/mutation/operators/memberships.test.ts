import { expect, it } from 'vitest';

import { member } from '../../testing/facts.ts';
import { facts, handmade, sqlOf } from '../../testing/mutation-state.ts';
import { memberships } from './memberships.ts';

it('adds what is not a circle and not there yet', () => {
  const sql = sqlOf(memberships);
  expect(Object.keys(sql).filter((id) => !id.includes('/pg_'))).toEqual([
    'member-inherit/admin/app',
    'member-inherit/admin/rw',
    'member-set/admin/app',
    'member-set/admin/rw',
    'member-admin/admin/app',
    'member-admin/admin/rw',
    'member-admin/rw/app',
    'member-no-inherit/rw/app',
  ]);
  expect(sql['member-set/admin/app']).toBe('grant "admin" to "app" with inherit false, set true;');
  expect(sql['member-inherit/pg_read_all_data/rw']).toBe('grant "pg_read_all_data" to "rw";');
  const circle = handmade({ facts: [...facts, member('app', 'admin')] });
  expect(sqlOf(memberships, circle)).not.toHaveProperty(['member-inherit/admin/app']);
});

it('says what each version understands', () => {
  const old = sqlOf(memberships, handmade({ major: 15 }));
  expect(Object.keys(old).filter((id) => /member-(set|no-inherit)|pg_maintain/.test(id))).toEqual([]);
  expect(old['member-admin/admin/app']).toBe('grant "admin" to "app" with admin option;');
  expect(sqlOf(memberships, handmade({ major: 17 }))).toHaveProperty(['member-inherit/pg_maintain/app']);
});

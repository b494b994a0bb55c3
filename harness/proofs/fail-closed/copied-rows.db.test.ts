import { describe, expect, it } from 'vitest';

import { told, type LiveAnswer } from '../../testing/live-findings.ts';
import { anyLiveOver, identities, withLogins } from '../../testing/owned-notes.ts';

const server = withLogins();

const live = (sql: string, rest: string): Promise<LiveAnswer> => anyLiveOver(server(), sql, rest);

const who = `nullif(current_setting('app.user', true), '')::int`;
const mine = `org in (select org from s.members where member = ${who})`;
const docs = (check: string, rows: string) => `
  create table s.members (org int, member int); insert into s.members values (1, 1), (1, 3), (2, 2);
  create table s.docs (id int primary key, org int, author int, kind text);
  alter table s.docs enable row level security;
  create policy seen on s.docs for select using (${mine});
  create policy written on s.docs for insert with check (${check});
  grant select on s.members to app; grant select, insert on s.docs to app;
  insert into s.docs values ${rows};`;
const rest = `${identities}
sessions: { user: { login: app, set: { app.user: '{user}' } } }
tenancy: { session: user, own: { user: '1' }, other: { user: '2' }, unknown: { user: '9' } }
tables:
  s.members: { rows: all, grants: { app: [SELECT] } }
  s.docs: { rows: "org in (select org from s.members where member = :user)", row_security: enabled, grants: { app: [SELECT, INSERT] } }`;

const inserts = ({ cells }: LiveAnswer, context: string) =>
  cells
    .filter(
      (cell) =>
        cell.table === 's.docs' &&
        cell.context === context &&
        cell.command.startsWith('INSERT') &&
        cell.command !== 'INSERT ON CONFLICT DO UPDATE',
    )
    .map(({ command, outcome }) => `${command} ${outcome}`);

describe('a row that is copied', () => {
  it.each([
    ['a colleague’s', `${mine} and author = ${who}`, `(1, 1, 3, 'x'), (2, 1, 1, 'x'), (3, 2, 2, 'x')`],
    [
      'of a kind that it may not write',
      `${mine} and kind <> 'locked'`,
      `(1, 1, 1, 'locked'), (2, 1, 1, 'free'), (3, 2, 2, 'free')`,
    ],
  ])('is one that the session may insert, not %s', async (_, check, rows) => {
    const answer = await live(docs(check, rows), rest);
    expect(told(answer)).toEqual([]);
    expect(answer.unproven).toEqual([]);
    expect(inserts(answer, 'own-tenant')).toEqual([
      'INSERT allowed',
      'INSERT RETURNING allowed',
      'INSERT ON CONFLICT DO NOTHING allowed',
    ]);
    expect(inserts(answer, 'other-tenant')).toEqual([
      'INSERT denied-by-rls',
      'INSERT RETURNING denied-by-rls',
      'INSERT ON CONFLICT DO NOTHING denied-by-rls',
    ]);
  });

  it('shows what an open policy lets another tenant write', async () => {
    const open = await live(
      docs(`author in (1, 2) or author = ${who}`, `(1, 1, 3, 'x'), (2, 1, 1, 'x'), (3, 2, 2, 'x')`),
      rest,
    );
    expect(told(open)).toEqual([
      expect.stringMatching(/^fail-open: .* INSERT on s\.docs reached 1 row beyond its tenant/),
    ]);
  });

  it('is none where the session may insert none of them, which is said', async () => {
    const answer = await live(docs('false', `(1, 1, 3, 'x'), (2, 1, 1, 'x'), (3, 2, 2, 'x')`), rest);
    expect(told(answer)).toEqual([
      expect.stringMatching(
        /^unexpected-closed: .* INSERT s\.docs \(own-tenant\) is declared, but ended as denied-by-rls/,
      ),
    ]);
  });
});

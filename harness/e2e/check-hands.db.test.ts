import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { briefly } from '../testing/fixture-project.ts';
import { contract, ofTenant, startNotes, type Given, type Notes } from '../testing/notes.ts';

let notes: Notes;
beforeAll(async () => {
  notes = await startNotes();
});
afterAll(() => notes.stop());

/** The result of check, which must leave nothing behind. */
async function checkWith(given: Given) {
  const answer = await notes.check(given);
  expect(answer.isUntouched).toBe(true);
  return answer;
}

const admins: [name: string, admin: string][] = [
  ['has BYPASSRLS', 'alter role admin bypassrls; grant select, insert, update, delete on public.notes to admin'],
  ['has BYPASSRLS and may read nothing', 'alter role admin bypassrls'],
  ['has BYPASSRLS and may only write', 'alter role admin bypassrls; grant update on public.notes to admin'],
  ['owns nothing, and may take the role of who does', 'grant owner to admin with inherit false'],
  ['may only give itself the owner', 'grant owner to admin with admin option, inherit false, set false'],
  ['has CONNECT only', ''],
];

describe.each(admins)('an admin that %s', (_, admin) => {
  it('proves that a table is closed', async () => {
    const { code, verdict } = await checkWith({ admin });
    expect([code, verdict.reasons, verdict.proof.reached]).toEqual([0, [], 'login']);
  });

  it('shows that it is open', async () => {
    const { findings } = await checkWith({ admin, change: 'create policy leak on public.notes using (tenant = 2)' });
    expect(briefly(findings)).toEqual([
      'assertion-failed 01_orders#1 reader',
      'changed-policy public.notes leak',
      'fail-open public.notes reader SELECT',
      'fail-open public.notes writer DELETE/SELECT/UPDATE',
    ]);
  });
});

const policies = (text: string) => (all: string) => all.replace(/mine: .*/, text);
const using = /"(.*)"/.exec(/mine: .*/.exec(contract)![0])![1]!;
const owner = 'grant owner to admin with inherit false';

describe('rows that the owner does not see', () => {
  const only = (roles: string) => ({
    admin: owner,
    change: `alter policy mine on public.notes to ${roles}`,
    edit: policies(`mine: { roles: [${roles}], using: "${using}" }`),
  });

  it('are told by a login that policies let in', async () => {
    const { code, verdict } = await checkWith(only('writer, reader'));
    expect([code, verdict.reasons]).toEqual([0, []]);
  });

  it('are told by nobody where that is not given', async () => {
    const unread = 'public.notes was not tried: nobody who can be used here reads the rows of public.notes';
    const without = { ...only('writer'), logins: ['reader'] };
    const { code, verdict } = await checkWith(without);
    expect([code, verdict.proof.reached]).toEqual([0, 'catalog']);
    expect(verdict.proof.not_seen).toContain(unread);
    const demanding = await checkWith({ ...without, edit: (text) => `${without.edit(text)}proof: login\n` });
    expect(demanding.code).toBe(3);
    expect(demanding.verdict.reasons).toContain(unread);
  });
});

describe('rows that policies hide from their own tenant', () => {
  const unmissed =
    'a row that policies hide from its own tenant would not be missed: nobody sees the rows of all tenants of public.notes at once';
  const hidden = {
    change: `drop policy mine on public.notes; create policy mine on public.notes using (${ofTenant} and id <> 2)`,
    edit: (text: string) =>
      policies(`mine: { using: "(${using} AND (id <> 2))" }`)(text).replace(
        'row_security:',
        'rows: { column: tenant, is: tenant }\n    row_security:',
      ),
  };

  it('are missed by who passes over them', async () => {
    const { findings } = await checkWith({ ...hidden, admin: admins[0]![1] });
    expect(briefly(findings)).toEqual([
      'unexpected-closed public.notes reader SELECT',
      'unexpected-closed public.notes writer SELECT',
    ]);
  });

  it('are not missed where only their tenants look, which is said', async () => {
    const { code, verdict } = await checkWith({ ...hidden, admin: owner });
    expect(code).toBe(0);
    expect(verdict.proof.not_seen).toContain(unmissed);
  });

  it('and that it may write are not taken for those of another', async () => {
    const softly = (command: string) => `for ${command} using (${ofTenant})`;
    const { verdict, findings } = await checkWith({
      admin: owner,
      change: `drop policy mine on public.notes;
        create policy r on public.notes for select using (${ofTenant} and not gone);
        create policy i on public.notes for insert with check (${ofTenant});
        create policy u on public.notes ${softly('update')}; create policy d on public.notes ${softly('delete')}`,
      edit: policies(`r: { command: SELECT, using: "(${using} AND (NOT gone))" }
      i: { command: INSERT, check: "${using}" }
      u: { command: UPDATE, using: "${using}" }
      d: { command: DELETE, using: "${using}" }`),
    });
    expect(briefly(findings)).toEqual([]);
    expect(verdict.reasons).toEqual([
      'head: public.notes: it reached more rows than anybody who can be used here sees of its tenant: whose they are is not known (writer UPDATE and DELETE, 2 attempts)',
    ]);
  });
});

describe('a session that sees every row', () => {
  const seesAll = (text: string) =>
    policies(`mine: { using: "${using}" }\n      every: { roles: [reader], using: "true" }`)(text)
      .replace('reader: [SELECT]', 'reader: [SELECT, UPDATE]')
      .replace(
        /tenancy: .*/,
        `sessions: { user: { login: writer, set: { app.tenant: '{tenant}' } }, reports: { login: reader, sees: all } }
tenancy: { session: user, column: tenant, own: "1", other: "2", unknown: "9", invalid: x, on_missing: empty }`,
      );
  const listed = (text: string) => text.replace('row_security:', 'rows: "tenant = :tenant"\n    row_security:');

  it.each([
    ['by its column', seesAll],
    ['by a condition', (text: string) => listed(seesAll(text))],
  ])('may see those of tenants that nobody names, told %s', async (_, edit) => {
    const { verdict, findings } = await checkWith({
      admin: owner,
      change: `insert into public.notes values (5, 3, 'e'); grant update on public.notes to reader;
        create policy every on public.notes to reader using (true)`,
      edit,
    });
    expect(briefly(findings)).toEqual(['assertion-failed 01_orders#1 reader', 'policy-always-true public.notes every']);
    expect(verdict.reasons).toHaveLength(2);
  });
});

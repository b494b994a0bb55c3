import { fingerprint } from '../catalog/fact-text.ts';
import { providePgtap } from '../pgtap/provide-pgtap.ts';
import { stateOf } from '../pipeline/head-state.ts';
import { connect } from '../postgres/session.ts';
import { urlOf } from '../postgres/target.ts';
import { checked, type Checked } from './check-head.ts';
import { startTestServer } from './server.ts';
import { smallProject } from './small-project.ts';

/** The contract of a table of notes, each of which belongs to a tenant. */
export const contract = `version: 1
name: notes
title: Notes of tenants, on a server that gives nobody a superuser
revisions: { baseline: "1", head: "2" }
databases: { baseline: notes_before, head: notes_after }
migrations: { folder: migrations }
provision: { before: provision.sql }
tenancy: { setting: app.tenant, column: tenant, own: "1", other: "2", unknown: "9", invalid: x, on_missing_context: empty }
identities:
  writer: { kind: login }
  reader: { kind: login }
  owner: { kind: platform }
  admin: { kind: platform }
  postgres: { kind: platform }
database: { grants: { PUBLIC: [CONNECT, TEMPORARY] } }
schemas: { public: { grants: { PUBLIC: [USAGE] } } }
tables:
  public.notes:
    owner: owner
    row_security: forced
    policies: &policies
      mine: { using: "(tenant = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::integer)" }
    grants: { writer: [SELECT, INSERT, UPDATE, DELETE], reader: [SELECT] }
future: { functions: { PUBLIC: [EXECUTE] }, types: { PUBLIC: [USAGE] } }
`;
const suite = `--! as: reader
begin; select plan(1); select is(count(*), 0::bigint, 'without a tenant there is no note') from public.notes; select * from finish(); rollback;
`;

/** The condition of its policy, as written. */
export const ofTenant = `tenant = nullif(current_setting('app.tenant', true), '')::integer`;
const build = `
  create role writer login password 'x'; create role reader login password 'x'; create role owner;
  create table public.notes (id integer, tenant integer, body text not null, gone boolean not null default false, primary key (tenant, id));
  insert into public.notes values (1, 1, 'a', false), (2, 1, 'b', false), (3, 2, 'c', false), (4, 1, 'd', true);
  alter table public.notes owner to owner;
  alter table public.notes enable row level security, force row level security;
  create policy mine on public.notes using (${ofTenant});
  grant select, insert, update, delete on public.notes to writer; grant select on public.notes to reader`;

export interface Given {
  /** Grants to the admin, which otherwise has only CONNECT. */
  admin?: string;
  /** A change of the table, with the contract's declaration of it. */
  change?: string;
  edit?: (text: string) => string;
  logins?: string[];
}

export interface Notes {
  /** The result of check through the admin, and whether it left nothing behind. */
  check(given: Given): Promise<Checked & { isUntouched: boolean }>;
  stop(): Promise<void>;
}

/** A server with the table, its owner, its two logins and pgTAP, for checks through admins of any kind. */
export async function startNotes(major?: number): Promise<Notes> {
  const server = await startTestServer(major);
  await server.createDatabase('notes');
  const superuser = await connect(server.target('notes'));
  await superuser.script(build);
  await providePgtap(superuser, 'load');
  const state = async () => fingerprint((await stateOf(server.target('notes'), new AbortController().signal)).facts);
  const url = (user: string) => urlOf({ ...server.target('notes'), user, password: 'x' });
  return {
    check: async ({ admin = '', change = '', edit, logins = ['writer', 'reader'] }) => {
      await using project = await smallProject({
        'db/contract.yaml': edit?.(contract) ?? contract,
        'pgtap/suites/01_orders.sql': suite,
      });
      await superuser.script(`create role admin login password 'x'; ${admin}; ${change}`);
      try {
        const before = await state();
        const login = logins.map((name) => `${name}=${url(name)}`);
        const answer = await checked({ contract: project.contract, url: url('admin'), login });
        return { ...answer, isUntouched: (await state()) === before };
      } finally {
        await superuser.script(`drop table public.notes; drop role admin, writer, reader, owner; ${build}`);
      }
    },
    stop: async () => {
      await superuser.close();
      await server.stop();
    },
  };
}

import { readFile } from 'node:fs/promises';

import type { Session } from '../../postgres/session.ts';

/** A row of pg_authid, or of pg_roles if passwords may not be read. */
export interface RoleState extends Record<string, unknown> {
  oid: number | string;
  rolname: string;
  comment: string | null;
}

export interface MembershipState {
  role: string;
  member: string;
  grantor: string;
  admin: boolean;
  /** Null before PostgreSQL 16. */
  inherit: boolean | null;
  set: boolean | null;
}

export interface SettingState {
  /** Null for every database. */
  database: string | null;
  /** Null for every role. */
  role: string | null;
  settings: string[];
}

/** One privilege on one parameter, from PostgreSQL 15 on. */
export interface ParameterState {
  name: string;
  /** Empty for PUBLIC. */
  grantee: string;
  grantor: string;
  privilege: string;
  grantable: boolean;
}

/** A database or a tablespace. */
export interface SharedState {
  kind: 'database' | 'tablespace';
  name: string;
  owner: string;
  detail: Record<string, unknown>;
  grants: { grantee: string; privilege: string; grantable: boolean }[];
}

/** What the databases of a cluster share. */
export interface ClusterState {
  roles: RoleState[];
  memberships: MembershipState[];
  settings: SettingState[];
  parameters: ParameterState[];
  shared: SharedState[];
}

/** Reads what the databases of a cluster share. Only a superuser reads passwords, which show whether one was changed. */
export async function clusterState(session: Session): Promise<ClusterState> {
  const [row] = await session.query<{ state: ClusterState }>(await stateQuery(session));
  return row!.state;
}

/** The query that returns a cluster's state as `state`, for the version of the server. */
async function stateQuery(session: Session): Promise<string> {
  const [row] = await session.query<{ parameters: boolean; passwords: boolean }>(
    `select pg_catalog.to_regclass('pg_catalog.pg_parameter_acl') is not null as parameters,
       pg_catalog.has_table_privilege('pg_catalog.pg_authid', 'SELECT') as passwords`,
  );
  const parameters = row!.parameters ? await sql('parameter-state.sql') : `select '[]'::jsonb`;
  return (await sql('cluster-state.sql'))
    .replace(':parameters', () => parameters)
    .replace(':roles', () => (row!.passwords ? 'pg_authid' : 'pg_roles'));
}

function sql(name: string): Promise<string> {
  return readFile(new URL(name, import.meta.url), 'utf8');
}

import type { Fact } from '../catalog/fact.ts';
import type { attributes } from '../contract/contract.ts';
import { readServerProfile, type ServerName, type ServerProfile } from '../contract/servers/server-profile.ts';
import { member, role } from './facts.ts';

/** The facts of a server as its provider sets it up: its superuser, its roles, and the customer's admin. */
export function serverFacts(name: ServerName, more: Partial<ServerProfile['admin']> = {}): Fact[] {
  const { superuser, roles, admin: usual } = readServerProfile(name);
  const admin = { ...usual, ...more };
  const lower = (given: readonly (typeof attributes)[number][]) => given.map((attribute) => attribute.toLowerCase());
  return [
    ...role(superuser, 'superuser', 'createrole', 'createdb', 'replication', 'bypassrls', 'login', 'inherit'),
    ...role('pg_create_subscription'),
    ...Object.entries({ ...roles, [admin.role]: admin }).flatMap(([one, { attributes, member_of, administers }]) => [
      ...role(one, ...lower(attributes)),
      ...member_of.map((group) => member(group, one, { admin: administers.includes(group) }, superuser)),
    ]),
  ];
}

/** The membership that PostgreSQL 16 gives the creator of a role. */
export function made(who: string, by: string, superuser: string): Fact {
  return member(who, by, { admin: true, inherit: false, set: false }, superuser);
}

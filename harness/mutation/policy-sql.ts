import { joined, lowered, type RawName, type RoleName, sql, type SqlName, type SqlText } from '../common/sql.ts';
import type { Fact } from '../catalog/fact.ts';
import { quoteIdentifier } from '../postgres/quote.ts';
import { roleSql } from './sql-text.ts';

/** A policy as CREATE POLICY takes it. */
export interface Policy {
  table: SqlName;
  name: RawName;
  permissive: boolean;
  command: SqlText;
  roles: RoleName[];
  using: SqlText | undefined;
  check: SqlText | undefined;
}

/** The policy that a fact describes. */
export function policyOf({ object, policy = '', detail }: Fact): Policy {
  const text = (value: Fact['detail'][string] | undefined) => (value === undefined ? undefined : String(value));
  return {
    table: object,
    name: policy,
    permissive: detail['permissive'] === true,
    command: String(detail['command']),
    roles: [...(detail['roles'] as readonly string[])],
    using: text(detail['using']),
    check: text(detail['check']),
  };
}

/** Whether the policy's command reads existing rows. */
export function readsRows({ command }: Policy): boolean {
  return command !== 'INSERT';
}

/** Whether the policy's command checks written rows. */
export function checksRows({ command }: Policy): boolean {
  return command === 'ALL' || command === 'INSERT' || command === 'UPDATE';
}

/** The check of a policy: its USING expression if it has no WITH CHECK. */
export function checkOf(policy: Policy): SqlText | undefined {
  return checksRows(policy) ? (policy.check ?? policy.using) : undefined;
}

export function createPolicy(policy: Policy): SqlText {
  const using = readsRows(policy) ? (policy.using ?? policy.check) : undefined;
  const check = checksRows(policy) ? (policy.check ?? (readsRows(policy) ? undefined : policy.using)) : undefined;
  return joined(
    [
      sql`create policy ${quoteIdentifier(policy.name)} on ${policy.table} as ${policy.permissive ? 'permissive' : 'restrictive'}`,
      sql`for ${lowered(policy.command)} to ${joined(policy.roles.map(roleSql))}`,
      ...(using === undefined ? [] : [sql`using (${using})`]),
      ...(check === undefined ? [] : [sql`with check (${check})`]),
    ],
    ' ',
  );
}

export function dropPolicy({ name, table }: Policy): SqlText {
  return sql`drop policy ${quoteIdentifier(name)} on ${table}`;
}

/** Changes a policy's expressions. An omitted expression stays as it is. */
export function alterPolicy(policy: Policy, { using, check }: { using?: SqlText; check?: SqlText }): SqlText {
  const changes: SqlText[] = [
    ...(using === undefined ? [] : [sql`using (${using})`]),
    ...(check === undefined ? [] : [sql`with check (${check})`]),
  ];
  return sql`alter policy ${quoteIdentifier(policy.name)} on ${policy.table} ${joined(changes, ' ')}`;
}

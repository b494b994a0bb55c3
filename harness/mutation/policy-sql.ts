import type { Fact } from '../catalog/fact.ts';
import { quoteIdentifier } from '../postgres/quote.ts';
import { roleSql } from './sql-text.ts';

/** A policy as CREATE POLICY takes it. */
export interface Policy {
  table: string;
  name: string;
  permissive: boolean;
  command: string;
  roles: string[];
  using: string | undefined;
  check: string | undefined;
}

/** The policy that a fact tells of. */
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

/** Whether the policy's command looks at rows that are there. */
export function readsRows({ command }: Policy): boolean {
  return command !== 'INSERT';
}

/** Whether the policy's command looks at rows as they are written. */
export function checksRows({ command }: Policy): boolean {
  return command === 'ALL' || command === 'INSERT' || command === 'UPDATE';
}

/** The check of a policy, which its USING is where it has none. */
export function checkOf(policy: Policy): string | undefined {
  return checksRows(policy) ? (policy.check ?? policy.using) : undefined;
}

export function createPolicy(policy: Policy): string {
  const using = readsRows(policy) ? (policy.using ?? policy.check) : undefined;
  const check = checksRows(policy) ? (policy.check ?? (readsRows(policy) ? undefined : policy.using)) : undefined;
  return [
    `create policy ${quoteIdentifier(policy.name)} on ${policy.table} as ${policy.permissive ? 'permissive' : 'restrictive'}`,
    `for ${policy.command.toLowerCase()} to ${policy.roles.map(roleSql).join(', ')}`,
    ...(using === undefined ? [] : [`using (${using})`]),
    ...(check === undefined ? [] : [`with check (${check})`]),
  ].join(' ');
}

export function dropPolicy({ name, table }: Policy): string {
  return `drop policy ${quoteIdentifier(name)} on ${table}`;
}

/** The policy with other expressions; what they leave out stays as it is. */
export function alterPolicy(policy: Policy, { using, check }: { using?: string; check?: string }): string {
  const changes = [
    ...(using === undefined ? [] : [`using (${using})`]),
    ...(check === undefined ? [] : [`with check (${check})`]),
  ];
  return `alter policy ${quoteIdentifier(policy.name)} on ${policy.table} ${changes.join(' ')}`;
}

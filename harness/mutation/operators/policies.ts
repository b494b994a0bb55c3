import { quoteIdentifier, quoteLiteral } from '../../postgres/quote.ts';
import { plainName } from '../definitions.ts';
import { headOf, headTables } from '../head.ts';
import type { Mutant, MutationState, Operator } from '../mutant.ts';
import {
  alterPolicy,
  checkOf,
  checksRows,
  createPolicy,
  dropPolicy,
  policyOf,
  readsRows,
  type Policy,
} from '../policy-sql.ts';
import { idOf, mutantName, roleSql } from '../sql-text.ts';

/** One change of a policy. */
interface Change {
  identity?: string;
  detail?: string;
  says: string;
  sql: string;
  /** Whether it shows nobody more: of a permissive policy less, of a restrictive one more. */
  takes?: boolean;
}

/** Policies gone, widened, or about something else than they seem. */
export const policies: Operator[] = [
  eachPolicy(
    'drop-policy',
    'Drops a policy: row security stays on, and nobody sees anything any more, or sees more if it was restrictive.',
    (policy) => [{ says: 'is gone', sql: dropPolicy(policy), takes: policy.permissive }],
  ),
  eachPolicy(
    'using-true',
    'Lets a policy show every row, while it stays in place for whoever only counts policies.',
    (policy) =>
      readsRows(policy) && policy.using !== 'true'
        ? [
            {
              says: 'shows every row',
              sql: alterPolicy(policy, { using: 'true', ...onlyIf('check', checkOf(policy)) }),
            },
          ]
        : [],
  ),
  eachPolicy(
    'check-true',
    'Lets a policy pass every row that is written, so that one tenant can write another’s.',
    (policy) =>
      checksRows(policy) && checkOf(policy) !== 'true'
        ? [{ says: 'passes every row that is written', sql: alterPolicy(policy, { check: 'true' }) }]
        : [],
  ),
  eachPolicy('null-context', 'Lets a policy show everything to a session that never set its tenant.', (policy, state) =>
    widened(state, policy, (setting) => `${setting} is null`),
  ),
  eachPolicy(
    'empty-context',
    'Lets a policy show everything to a session whose tenant is empty, as after RESET or COMMIT in a pool.',
    (policy, state) => widened(state, policy, (setting) => `${setting} = ''`),
  ),
  eachPolicy('null-rows', 'Lets a policy show rows of no tenant to every tenant.', (policy, state) => {
    const tenant = state.contract.tenancy?.column;
    const columns = headTables(state).find(({ object }) => object === policy.table)?.columns ?? [];
    const column = columns.find(({ name }) => plainName(name) === tenant)?.name;
    return column === undefined ? [] : either(policy, `${column} is null`);
  }),
  eachPolicy(
    'policy-kind',
    'Makes a permissive policy restrictive, or a restrictive one permissive: what narrowed now widens.',
    (policy) => [
      {
        says: policy.permissive ? 'is restrictive' : 'is permissive',
        sql: `${dropPolicy(policy)}; ${createPolicy({ ...policy, permissive: !policy.permissive })}`,
        takes: policy.permissive,
      },
    ],
  ),
  eachPolicy('policy-command', 'Makes a policy speak of another command than it did.', (policy) =>
    ['ALL', 'SELECT', 'INSERT', 'UPDATE', 'DELETE']
      .filter((command) => command !== policy.command)
      .map((command) => ({
        detail: command,
        says: `is for ${command}`,
        sql: `${dropPolicy(policy)}; ${createPolicy({ ...policy, command })}`,
        takes: policy.permissive && policy.command === 'ALL',
      })),
  ),
  eachPolicy('policy-role', 'Makes a policy speak of one role alone.', (policy, state) =>
    headOf(state)
      .grantees.filter((role) => policy.roles.length !== 1 || policy.roles[0] !== role)
      .map((role) => ({
        identity: role,
        says: `is for ${role} alone`,
        sql: `alter policy ${quoteIdentifier(policy.name)} on ${policy.table} to ${roleSql(role)}`,
        takes: policy.permissive && (policy.roles.includes('PUBLIC') || policy.roles.includes(role)),
      })),
  ),
  {
    name: 'add-policy',
    about:
      'Adds a permissive policy that is always true: permissive ones are joined by OR, so it opens the table whatever the others say.',
    mutants: addedPolicies,
  },
];

function eachPolicy(
  name: string,
  about: string,
  changes: (policy: Policy, state: MutationState) => Change[],
): Operator {
  const mutants = (state: MutationState): Mutant[] =>
    headOf(state)
      .facts('policy')
      .filter(({ object }) => object in state.contract.tables)
      .map(policyOf)
      .flatMap((policy) =>
        changes(policy, state).map(({ identity = '', detail = '', says, sql, takes = false }) => ({
          id: idOf(name, policy.table, identity, policy.name, detail),
          operator: name,
          object: policy.table,
          identity,
          says: `The policy ${policy.name} on ${policy.table} ${says}.`,
          sql: `${sql};`,
          isolation: 'transaction' as const,
          ...(takes ? { takes } : {}),
        })),
      );
  return { name, about, mutants };
}

function widened(state: MutationState, policy: Policy, condition: (setting: string) => string): Change[] {
  const setting = state.contract.tenancy?.setting;
  return setting === undefined
    ? []
    : either(policy, condition(`pg_catalog.current_setting(${quoteLiteral(setting).trim()}, true)`));
}

/** Reading and writing widened apart, each by a condition that comes first: the old one may raise where the new one holds. */
function either(policy: Policy, condition: string): Change[] {
  const check = checkOf(policy);
  const changes: Change[] = [];
  if (readsRows(policy) && policy.using !== undefined) {
    changes.push({
      detail: 'using',
      says: `shows rows where ${condition}`,
      sql: alterPolicy(policy, { using: `(${condition}) or (${policy.using})`, ...onlyIf('check', check) }),
    });
  }
  if (check !== undefined) {
    changes.push({
      detail: 'check',
      says: `passes written rows where ${condition}`,
      sql: alterPolicy(policy, { check: `(${condition}) or (${check})` }),
    });
  }
  return changes;
}

function onlyIf(key: 'check', value: string | undefined): { check?: string } {
  return value === undefined ? {} : { [key]: value };
}

function addedPolicies(state: MutationState): Mutant[] {
  const head = headOf(state);
  return head
    .facts('table', 'row-security')
    .filter(({ object, detail }) => object in state.contract.tables && detail['enabled'] === true)
    .flatMap(({ object }) =>
      [...head.logins, 'PUBLIC'].map((role) => ({
        id: idOf('add-policy', object, role),
        operator: 'add-policy',
        object,
        identity: role,
        says: `One more policy on ${object} shows ${role} every row.`,
        sql: `create policy ${mutantName} on ${object} to ${roleSql(role)} using (true);`,
        isolation: 'transaction',
      })),
    );
}

import { everyone } from '../../catalog/role-name.ts';
import { type RoleName, sql, type SqlText, plainName } from '../../common/sql.ts';
import { rowsRuleOf } from '../../contract/rows.ts';
import { settingsOf } from '../../contract/sessions.ts';
import { quoteIdentifier, quoteLiteral } from '../../postgres/quote.ts';
import { headIndex, headTables } from '../head-index.ts';
import type { Change, MutationState, Operator } from '../mutant.ts';
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
import { keysIn, renamed, without } from '../policy-conditions.ts';
import { mutantName, roleSql } from '../sql-text.ts';

/** One change of a policy: the new policy, and the statement. */
interface PolicyChange {
  identity?: RoleName;
  detail?: string;
  then: string;
  sql: SqlText;
  /** Whether it shows nobody more: less of a permissive policy, or more of a restrictive one. */
  narrowing?: boolean;
}

/** Policies that are dropped, widened, or changed to mean something else. */
export const policies: Operator[] = [
  eachPolicy(
    'drop-policy',
    'Drops a policy: row security stays on, and nobody sees anything any more, or sees more if it was restrictive.',
    (policy) => [{ then: 'is gone', sql: dropPolicy(policy), narrowing: policy.permissive }],
  ),
  eachPolicy(
    'using-true',
    'Lets a policy show every row, while it stays in place for whoever only counts policies.',
    (policy) =>
      readsRows(policy) && policy.using !== 'true'
        ? [
            {
              then: 'shows every row',
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
        ? [{ then: 'passes every row that is written', sql: alterPolicy(policy, { check: 'true' }) }]
        : [],
  ),
  eachPolicy(
    'null-context',
    'Lets a policy show everything to a session that never made one of its settings.',
    (policy, state) => widened(state, policy, (setting) => sql`${setting} is null`),
  ),
  eachPolicy(
    'empty-context',
    'Lets a policy show everything to a session of which a setting is empty, as after RESET or COMMIT in a pool.',
    (policy, state) => widened(state, policy, (setting) => sql`${setting} = ''`),
  ),
  eachPolicy('null-rows', 'Lets a policy show rows of no tenant to every tenant.', (policy, state) => {
    const columns = headTables(state).find(({ object }) => object === policy.table)?.columns ?? [];
    const rule = rowsRuleOf(state.contract, policy.table, (name) =>
      columns.some((column) => plainName(column.name) === name),
    );
    const said = typeof rule === 'object' && rule.kind === 'column' ? rule.column : undefined;
    const column = columns.find(({ name }) => plainName(name) === said)?.name;
    return column === undefined ? [] : either(policy, sql`${column} is null`);
  }),
  eachPolicy(
    'policy-condition',
    'Takes one of the conditions from a policy that joins several by AND: one setting of two is ignored.',
    (policy, { parser }) => [
      ...without(parser, policy.using).map(({ place, rest }) => ({
        detail: `using-${place}`,
        then: `does not ask its condition ${place}`,
        sql: alterPolicy(policy, { using: rest, ...onlyIf('check', policy.check) }),
      })),
      ...without(parser, policy.check).map(({ place, rest }) => ({
        detail: `check-${place}`,
        then: `does not ask condition ${place} of written rows`,
        sql: alterPolicy(policy, { check: rest }),
      })),
    ],
  ),
  eachPolicy(
    'policy-key',
    'Lets a policy look into a JSON document under another key: what a session says there is not heard.',
    (policy, { parser }) => {
      const { using, check } = policy;
      return keysIn(parser, `${using ?? ''} ${check ?? ''}`).map((key) => ({
        detail: key,
        then: `reads another key than ${key}`,
        sql: alterPolicy(policy, {
          ...onlyIf('using', renamed(parser, using, key)),
          ...onlyIf('check', renamed(parser, check, key)),
        }),
      }));
    },
  ),
  eachPolicy(
    'policy-kind',
    'Makes a permissive policy restrictive, or a restrictive one permissive: what narrowed now widens.',
    (policy) => [
      {
        then: policy.permissive ? 'is restrictive' : 'is permissive',
        sql: sql`${dropPolicy(policy)}; ${createPolicy({ ...policy, permissive: !policy.permissive })}`,
        narrowing: policy.permissive,
      },
    ],
  ),
  eachPolicy('policy-command', 'Makes a policy speak of another command than it did.', (policy) =>
    (['ALL', 'SELECT', 'INSERT', 'UPDATE', 'DELETE'] as const)
      .filter((command) => command !== policy.command)
      .map((command) => ({
        detail: command,
        then: `is for ${command}`,
        sql: sql`${dropPolicy(policy)}; ${createPolicy({ ...policy, command })}`,
        narrowing: policy.permissive && policy.command === 'ALL',
      })),
  ),
  eachPolicy('policy-role', 'Makes a policy speak of one role alone.', (policy, state) =>
    headIndex(state)
      .grantees.filter((role) => policy.roles.length !== 1 || policy.roles[0] !== role)
      .map((role) => ({
        identity: role,
        then: `is for ${role} alone`,
        sql: sql`alter policy ${quoteIdentifier(policy.name)} on ${policy.table} to ${roleSql(role)}`,
        narrowing: policy.permissive && (policy.roles.includes('PUBLIC') || policy.roles.includes(role)),
      })),
  ),
  {
    name: 'add-policy',
    about:
      'Adds a permissive policy that is always true: permissive ones are joined by OR, so it opens the table whatever the others say.',
    changes: addedPolicies,
  },
];

function eachPolicy(
  name: string,
  about: string,
  changed: (policy: Policy, state: MutationState) => PolicyChange[],
): Operator {
  const changes = (state: MutationState): Change[] =>
    headIndex(state)
      .facts('policy')
      .filter(({ object }) => object in state.contract.tables)
      .map(policyOf)
      .flatMap((policy) =>
        changed(policy, state).map(({ identity, detail = '', then, sql: change, narrowing = false }) => ({
          object: policy.table,
          ...(identity === undefined ? {} : { identity }),
          details: [policy.name, detail],
          description: `The policy ${policy.name} on ${policy.table} ${then}.`,
          sql: sql`${change};`,
          narrowing,
        })),
      );
  return { name, about, changes };
}

function widened(state: MutationState, policy: Policy, condition: (setting: SqlText) => SqlText): PolicyChange[] {
  const settings = settingsOf(state.contract);
  return settings.flatMap((setting) =>
    either(policy, condition(sql`pg_catalog.current_setting(${quoteLiteral(setting)}, true)`)).map((change) =>
      settings.length === 1 ? change : { ...change, detail: `${change.detail}-${setting}` },
    ),
  );
}

/**
 * Widens reading and writing separately, each by a condition in front: the old condition may raise an error where the new one
 * holds.
 */
function either(policy: Policy, condition: SqlText): (PolicyChange & { detail: string })[] {
  const check = checkOf(policy);
  const changes: (PolicyChange & { detail: string })[] = [];
  if (readsRows(policy) && policy.using !== undefined) {
    changes.push({
      detail: 'using',
      then: `shows rows where ${condition}`,
      sql: alterPolicy(policy, { using: sql`(${condition}) or (${policy.using})`, ...onlyIf('check', check) }),
    });
  }
  if (check !== undefined) {
    changes.push({
      detail: 'check',
      then: `passes written rows where ${condition}`,
      sql: alterPolicy(policy, { check: sql`(${condition}) or (${check})` }),
    });
  }
  return changes;
}

function onlyIf<Key extends 'using' | 'check'>(key: Key, value: SqlText | undefined): { [K in Key]?: SqlText } {
  return (value === undefined ? {} : { [key]: value }) as { [K in Key]?: SqlText };
}

function addedPolicies(state: MutationState): Change[] {
  const head = headIndex(state);
  return head
    .facts('table', 'row-security')
    .filter(({ object, detail }) => object in state.contract.tables && detail['enabled'] === true)
    .flatMap(({ object }) =>
      [...head.actors, everyone].map((role: RoleName) => ({
        object,
        identity: role,
        description: `One more policy on ${object} shows ${role} every row.`,
        sql: sql`create policy ${mutantName} on ${object} to ${roleSql(role)} using (true);`,
      })),
    );
}

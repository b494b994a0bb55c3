import { listText } from '../../catalog/fact-text.ts';
import type { Fact } from '../../catalog/fact.ts';
import { roleSql } from '../../catalog/role-name.ts';
import { joined, sql, verbatim, type RawName, type SqlName, type SqlText } from '../../common/sql.ts';
import type { TableContract } from '../../contract/contract.ts';
import { contractLines, together, type ContractChange } from '../../findings/contract-lines.ts';
import type { Finding } from '../../findings/finding.ts';
import { policyPart, retractPolicy } from '../../findings/policy-parts.ts';
import { quoteIdentifier } from '../../postgres/quote.ts';
import { inOneLine, sameKey } from './policy-expression.ts';

type Policy = TableContract['policies'][string];
type Detail = Fact['detail'];

const keys = ['command', 'permissive', 'roles', 'using', 'check'] as const;
type Key = (typeof keys)[number];

/** Policies of a table that the contract does not declare, that are otherwise than it says, or that are not there. */
export function judgePolicies(
  facts: readonly Fact[],
  table: SqlName,
  { policies, row_security: declared }: TableContract,
  same: ReadonlySet<string>,
): Finding[] {
  const ofTable = facts.filter(({ object }) => object === table);
  const seen = new Map(
    ofTable.flatMap(({ policy, detail }) => (policy === undefined ? [] : [[policy, detail] as const])),
  );
  const security = ofTable.find(({ property }) => property === 'row-security')?.detail;
  /** A policy stands beside row security that is on. */
  const lines = ({ declare, retract }: ContractChange) =>
    contractLines(
      declare === undefined || declared !== 'off'
        ? { declare, retract }
        : security?.['enabled'] === true
          ? {
              declare: together(
                { tables: { [table]: { row_security: security['forced'] === true ? 'forced' : 'enabled' } } },
                declare,
              ),
              retract,
            }
          : {},
    );
  const at = { code: 'changed-policy', severity: 'high', object: table, identity: '' } as const;
  const extra = new Set([...seen.keys()].filter((name) => !(name in policies)));
  const renamed = new Map<string, RawName>();
  for (const [name, policy] of Object.entries(policies)) {
    const other = [...extra].find((one) => differing(table, policy, seen.get(one)!, same).length === 0);
    if (!seen.has(name as RawName) && other !== undefined) {
      renamed.set(name, other);
      extra.delete(other);
    }
  }
  const undeclared = [...extra].map((name): Finding => ({
    ...at,
    access: name,
    message: `${table} has the policy ${name}, which the contract does not declare`,
    remedy: sql`DROP POLICY ${quoteIdentifier(name)} ON ${table};`,
    ...lines({ declare: policyPart(table, name, seen.get(name)!) }),
  }));
  const changed = Object.entries(policies).flatMap(([key, policy]): Finding[] => {
    const name = key as RawName;
    const other = renamed.get(name);
    const has = seen.get(name);
    if (other !== undefined) {
      return [
        {
          ...at,
          access: name,
          message: `policy ${name} of ${table} is called ${other}, and is otherwise as the contract says`,
          remedy: sql`ALTER POLICY ${quoteIdentifier(other)} ON ${table} RENAME TO ${quoteIdentifier(name)};`,
          ...lines({
            declare: policyPart(table, other, seen.get(other)!),
            retract: policyPart(table, name, policy),
          }),
        },
      ];
    }
    if (has === undefined) {
      return [
        {
          ...at,
          access: name,
          message: `${table} has no policy ${name}`,
          remedy: createPolicy(table, name, policy),
          ...lines({ retract: policyPart(table, name, policy) }),
        },
      ];
    }
    const others = differing(table, policy, has, same);
    const message = `policy ${name} of ${table} differs from the contract: ${others.map((one) => `${one} is ${differenceWords(seenOf(has, one), wantedOf(policy, one))}`).join('; ')}`;
    return others.length === 0
      ? []
      : [
          {
            ...at,
            access: name,
            message,
            remedy: sql`DROP POLICY ${quoteIdentifier(name)} ON ${table}; ${createPolicy(table, name, policy)}`,
            ...lines({ declare: policyPart(table, name, has), retract: retractPolicy(table, name, policy, has) }),
          },
        ];
  });
  return [...undeclared, ...changed];
}

function differenceWords(seen: unknown, wanted: unknown): string {
  const shown = (text: unknown) => inOneLine(String(text));
  if (seen === undefined) {
    return `not set, and ${shown(wanted)} in the contract`;
  }
  return wanted === '' ? `${shown(seen)}, and the contract sets none` : `${shown(seen)}, not ${shown(wanted)}`;
}

function wantedOf(policy: Policy, key: Key): unknown {
  return key === 'roles' ? listText(policy.roles) : (policy[key] ?? '');
}

function seenOf(has: Detail, key: Key): unknown {
  return key === 'roles' ? listText(has['roles'] as readonly string[]) : has[key];
}

/** In what a policy is otherwise than the contract says. */
function differing(table: SqlName, policy: Policy, has: Detail, same: ReadonlySet<string>): Key[] {
  const isSame = (key: Key, [said, is]: [unknown, unknown]) =>
    said === is ||
    ((key === 'using' || key === 'check') &&
      (inOneLine(String(said)) === inOneLine(String(is)) ||
        same.has(sameKey({ table, wanted: String(said), seen: String(is) }))));
  return keys.filter((key) => !isSame(key, [wantedOf(policy, key), seenOf(has, key) ?? '']));
}

/** The policy as the contract says it. */
function createPolicy(table: SqlName, name: RawName, policy: Policy): SqlText {
  const { command, permissive, roles, using, check } = policy;
  const words = [
    sql`CREATE POLICY ${quoteIdentifier(name)} ON ${table}`,
    ...(permissive ? [] : ['AS RESTRICTIVE']),
    ...(command === 'ALL' ? [] : [sql`FOR ${verbatim(command)}`]),
    ...(listText(roles) === 'PUBLIC' ? [] : [sql`TO ${joined(roles.map(roleSql), ', ')}`]),
    ...(using === undefined ? [] : [sql`USING (${verbatim(inOneLine(using))})`]),
    ...(check === undefined ? [] : [sql`WITH CHECK (${verbatim(inOneLine(check))})`]),
  ];
  return sql`${joined(words, ' ')};`;
}

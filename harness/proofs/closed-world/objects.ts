import { roleSql } from '../../catalog/role-name.ts';
import { sql, verbatim, type SqlName } from '../../common/sql.ts';
import { tableKinds } from '../../catalog/access/object-privileges.ts';
import type { Fact, FactKind } from '../../catalog/fact.ts';
import type { ParsedContract, TableContract } from '../../contract/contract.ts';
import { declaredOwners, type ListedKind, sections } from '../../contract/declared.ts';
import { contractLines, together } from '../../findings/contract-lines.ts';
import { Declaration } from '../../findings/declaration.ts';
import type { Finding } from '../../findings/finding.ts';
import { serverOf, type Server } from '../../findings/server.ts';
import { policyPart } from '../../findings/policy-parts.ts';
import { judgeFunction } from './functions.ts';
import { judgePolicies } from './policies.ts';

/** Owners, row security, policies and function security of the contracted objects that differ from the contract. */
export function judgeObjects(
  contract: ParsedContract,
  facts: readonly Fact[],
  same: ReadonlySet<string> = new Set(),
  server: Server | undefined = serverOf(facts, contract),
): Finding[] {
  const declaration = new Declaration(contract, facts, server);
  const owners = Object.entries(sections).flatMap(([kind, section]) =>
    Object.entries(contract[section]).map(([object, { owner }]) => ({ object, kind, owner })),
  );
  return [
    ...owners.flatMap(({ object, kind, owner }) =>
      judgeOwner({ contract, facts, declaration }, object, kind as ListedKind, owner),
    ),
    ...Object.entries(contract.tables).flatMap(([table, entry]) => [
      ...judgeRowSecurity(facts, table, entry),
      ...judgePolicies(facts, table, entry, same),
    ]),
    ...Object.entries(contract.functions).flatMap(([fn, entry]) => judgeFunction(facts, fn, entry)),
  ];
}

function judgeOwner(
  { contract, facts, declaration }: { contract: ParsedContract; facts: readonly Fact[]; declaration: Declaration },
  object: SqlName,
  kind: ListedKind,
  wanted: string | undefined,
): Finding[] {
  const fact = facts.find((one) => one.object === object && one.property === 'owner' && isOf(kind, one.kind));
  const owner = fact?.role;
  if (typeof fact?.detail['owned_by'] === 'string') {
    // It has its table's owner and cannot have another.
    return [];
  }
  const right = declaredOwners(contract, wanted);
  if (owner === undefined || right.includes(owner)) {
    return [];
  }
  return [
    {
      code: 'undeclared-owner',
      severity: 'high',
      object,
      identity: owner,
      message: `${object} is owned by ${owner}; the contract says ${right.join(' or ')}`,
      remedy: sql`ALTER ${verbatim(kind.toUpperCase())} ${object} OWNER TO ${roleSql(right[0]!)};`,
      ...declaration.owner(sections[kind], object, owner),
    },
  ];
}

/** The contract lists views as tables. */
function isOf(listed: ListedKind, kind: FactKind): boolean {
  return listed === kind || (listed === 'table' && tableKinds.has(kind));
}

function judgeRowSecurity(
  facts: readonly Fact[],
  table: SqlName,
  { row_security, policies }: TableContract,
): Finding[] {
  const fact = facts.find(({ object, property }) => object === table && property === 'row-security');
  if (fact === undefined) {
    return [];
  }
  const { enabled, forced } = fact.detail;
  const seen = enabled !== true ? 'off' : forced === true ? 'forced' : 'enabled';
  if (seen === row_security) {
    return [];
  }
  const words = {
    off: 'DISABLE ROW LEVEL SECURITY',
    enabled: 'ENABLE ROW LEVEL SECURITY',
    forced: 'ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY',
  };
  return [
    {
      code: 'changed-row-security',
      severity: 'high',
      object: table,
      identity: '',
      message: `row-level security of ${table} is ${seen}; the contract says ${row_security}`,
      remedy: `ALTER TABLE ${table} ${row_security === 'enabled' && forced === true ? 'ENABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY' : words[row_security]};`,
      ...(seen !== 'off'
        ? contractLines({ declare: { tables: { [table]: { row_security: seen } } } })
        : facts.some(({ object, policy }) => object === table && policy !== undefined)
          ? // Policies that do nothing stand in no contract.
            {}
          : contractLines({
              declare: { tables: { [table]: { row_security: seen } } },
              retract: together(...Object.entries(policies).map(([name, policy]) => policyPart(table, name, policy))),
            })),
    },
  ];
}

import { roleSql } from '../../catalog/role-name.ts';
import { sql, verbatim, type SqlName } from '../../common/sql.ts';
import { listText } from '../../catalog/fact-text.ts';
import { tableKinds } from '../../catalog/access/targets.ts';
import type { Fact, FactKind } from '../../catalog/fact.ts';
import type { FunctionContract, ParsedContract, TableContract } from '../../contract/contract.ts';
import { declaredOwners, type ListedKind, sections } from '../../contract/declared.ts';
import { quoteIdentifier } from '../../postgres/quote.ts';
import { policyDeclaration } from '../../findings/declaration.ts';
import type { Finding } from '../../findings/finding.ts';
import { inOneLine, sameKey } from './policy-expression.ts';

/** Owners, row security, policies and function security of the contracted objects that differ from the contract. */
export function judgeObjects(
  contract: ParsedContract,
  facts: readonly Fact[],
  same: ReadonlySet<string> = new Set(),
): Finding[] {
  const owners = Object.entries(sections).flatMap(([kind, section]) =>
    Object.entries(contract[section]).map(([object, { owner }]) => ({ object, kind, owner })),
  );
  return [
    ...owners.flatMap(({ object, kind, owner }) => judgeOwner(contract, facts, object, kind as ListedKind, owner)),
    ...Object.entries(contract.tables).flatMap(([table, entry]) => [
      ...judgeRowSecurity(facts, table, entry),
      ...judgePolicies(facts, table, entry, same),
    ]),
    ...Object.entries(contract.functions).flatMap(([fn, entry]) => judgeFunction(facts, fn, entry)),
  ];
}

function judgeOwner(
  contract: ParsedContract,
  facts: readonly Fact[],
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
    },
  ];
}

/** The contract lists views as tables. */
function isOf(listed: ListedKind, kind: FactKind): boolean {
  return listed === kind || (listed === 'table' && tableKinds.has(kind));
}

function judgeRowSecurity(facts: readonly Fact[], table: SqlName, { row_security }: TableContract): Finding[] {
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
    },
  ];
}

function judgePolicies(
  facts: readonly Fact[],
  table: SqlName,
  { policies }: TableContract,
  same: ReadonlySet<string>,
): Finding[] {
  const seen = new Map(
    facts.flatMap(({ object, policy, detail }) =>
      object === table && policy !== undefined ? [[policy, detail] as const] : [],
    ),
  );
  const at = { code: 'changed-policy', severity: 'high', object: table, identity: '' } as const;
  const extra = [...seen.keys()]
    .filter((name) => !(name in policies))
    .map((name): Finding => ({
      ...at,
      access: name,
      message: `${table} has the policy ${name}, which the contract does not declare`,
      remedy: sql`DROP POLICY ${quoteIdentifier(name)} ON ${table};`,
      declare: policyDeclaration(table, name, seen.get(name)!),
    }));
  const changed = Object.entries(policies).flatMap(([name, policy]): Finding[] => {
    const has = seen.get(name);
    if (has === undefined) {
      return [
        {
          ...at,
          access: name,
          message: `${table} has no policy ${name}`,
          remedy: sql`CREATE POLICY ${quoteIdentifier(name)} ON ${table} …;`,
        },
      ];
    }
    const wanted: Record<string, unknown> = {
      command: policy.command,
      permissive: policy.permissive,
      roles: listText(policy.roles),
      using: policy.using ?? '',
      check: policy.check ?? '',
    };
    const seenOf = (key: string) => (key === 'roles' ? listText(has['roles'] as readonly string[]) : has[key]);
    const isSame = (key: string, [said, is]: [unknown, unknown]) =>
      said === is ||
      (isExpression(key) &&
        (inOneLine(String(said)) === inOneLine(String(is)) ||
          same.has(sameKey({ table, wanted: String(said), seen: String(is) }))));
    const differing = Object.keys(wanted).filter((key) => !isSame(key, [wanted[key], seenOf(key) ?? '']));
    const shown = (text: unknown) => inOneLine(String(text));
    const message = `policy ${name} of ${table} differs from the contract: ${differing.map((key) => `${key} is ${shown(seenOf(key) ?? 'absent')}, not ${shown(wanted[key])}`).join('; ')}`;
    return differing.length === 0
      ? []
      : [
          {
            ...at,
            access: name,
            message,
            remedy: sql`DROP POLICY ${quoteIdentifier(name)} ON ${table}; CREATE POLICY ${quoteIdentifier(name)} ON ${table} …;`,
            declare: policyDeclaration(table, name, has),
          },
        ];
  });
  return [...extra, ...changed];
}

function isExpression(key: string): boolean {
  return key === 'using' || key === 'check';
}

function judgeFunction(facts: readonly Fact[], fn: SqlName, contracted: FunctionContract): Finding[] {
  const known = facts.some(({ kind, object }) => kind === 'function' && object === fn);
  const definer = facts.find(({ object, property }) => object === fn && property === 'security-definer')?.detail;
  if (!known) {
    return [];
  }
  const at = { code: 'changed-function', severity: 'high', object: fn, identity: '' } as const;
  const { security, search_path } = contracted;
  const seen = definer === undefined ? 'invoker' : 'definer';
  if (seen !== security) {
    const message = `${fn} is SECURITY ${seen.toUpperCase()}; the contract says ${security.toUpperCase()}`;
    return [{ ...at, access: 'security', message, remedy: `ALTER FUNCTION ${fn} SECURITY ${security.toUpperCase()};` }];
  }
  if (definer === undefined) {
    return [];
  }
  const findings: Finding[] = [];
  const path = definer['search_path'];
  if (path !== search_path) {
    const message = `${fn} has ${path === undefined ? 'no search_path' : `search_path = ${String(path)}`}; the contract says ${search_path ?? 'none'}`;
    const remedy =
      search_path === undefined
        ? `ALTER FUNCTION ${fn} RESET search_path;`
        : `ALTER FUNCTION ${fn} SET search_path = ${search_path};`;
    findings.push({ ...at, access: 'search_path', message, remedy });
  }
  const { config } = definer;
  if (config !== undefined) {
    const message = `${fn} also sets ${String(config)}; the contract knows no setting of it but search_path`;
    const restored = search_path === undefined ? '' : ` ALTER FUNCTION ${fn} SET search_path = ${search_path};`;
    findings.push({ ...at, access: 'config', message, remedy: `ALTER FUNCTION ${fn} RESET ALL;${restored}` });
  }
  const digests = { body_sha256: 'body', returns: 'returns' } as const;
  for (const [key, fact] of Object.entries(digests)) {
    const wanted = contracted[key as keyof typeof digests];
    if (wanted !== undefined && wanted !== definer[fact]) {
      const message = `${fn} has another ${fact === 'body' ? 'body' : 'result'} than the contract: ${String(definer[fact])}, not ${wanted}`;
      findings.push({
        ...at,
        access: fact,
        message,
        remedy: `Restore ${fn} from its migration; where the change is meant, write the new ${key} into the contract.`,
      });
    }
  }
  return findings;
}

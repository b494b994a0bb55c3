import { roleSql } from '../../catalog/role-name.ts';
import { joined, type RoleName, sql, type SqlText, verbatim } from '../../common/sql.ts';
import { roleOf, type Fact } from '../../catalog/fact.ts';
import { sha256 } from '../../common/digest.ts';
import { by } from '../../common/order.ts';
import { attributes, type IdentityContract, type ParsedContract } from '../../contract/contract.ts';
import { declaredMemberships, type DeclaredMembership, usualAttributes } from '../../contract/declared.ts';
import { quoteIdentifier, quoteLiteral } from '../../postgres/quote.ts';
import type { Finding } from '../../findings/finding.ts';

/** A contracted identity as the phase's server knows it. */
export interface RoleRow {
  name: string;
  kind: string;
  exists: boolean;
  attributes: string[];
  member_of: string[];
}

/** The contracted identities as the facts show them, in the order of the contract. */
export function roleRows(contract: ParsedContract, facts: readonly Fact[]): RoleRow[] {
  const roles = facts.filter(({ kind }) => kind === 'role');
  const memberships = facts.filter(({ kind }) => kind === 'membership');
  return Object.entries(contract.identities).map(([name, { kind }]) => ({
    name,
    kind,
    exists: roles.some((fact) => isAbout(fact, name, 'exists')),
    attributes: attributes.filter((attribute) => roles.some((fact) => isAbout(fact, name, attribute.toLowerCase()))),
    member_of: memberships
      .filter(({ role }) => role === name)
      .map(({ object }) => object)
      .toSorted(),
  }));
}

function isAbout(fact: Fact, role: string, property: string): boolean {
  return fact.kind === 'role' && fact.object === role && fact.property === property;
}

/** Attributes, memberships and settings of the contracted identities that differ from the contract. */
export function judgeRoles(contract: ParsedContract, facts: readonly Fact[], database: string): Finding[] {
  const rows = roleRows(contract, facts);
  return [
    ...rows.flatMap((row) => judgeAttributes(contract.identities[row.name]!, row)),
    ...judgeMemberships(contract, facts),
    ...judgeSettings(contract, facts, database),
  ];
}

function judgeAttributes({ kind, attributes: given }: IdentityContract, row: RoleRow): Finding[] {
  const { name } = row;
  const at = { object: name, identity: name };
  if (kind === 'platform' && (!row.exists || given === undefined)) {
    return [];
  }
  if (!row.exists) {
    return [
      {
        code: 'missing-role',
        severity: 'high',
        ...at,
        message: `the role ${name} does not exist`,
        remedy: sql`CREATE ROLE ${roleSql(name)};`,
      },
    ];
  }
  if (kind === 'migrator' && given === undefined) {
    return [];
  }
  const wanted: readonly string[] = given ?? usualAttributes(kind);
  const alter = (words: SqlText) => sql`ALTER ROLE ${roleSql(name)} ${words};`;
  return [
    ...row.attributes
      .filter((attribute) => !wanted.includes(attribute))
      .map((attribute): Finding => ({
        code: 'undeclared-attribute',
        severity: 'high',
        ...at,
        access: attribute,
        message: `${name} has ${attribute}, which the contract does not declare`,
        remedy: alter(`NO${attribute}`),
      })),
    ...wanted
      .filter((attribute) => !row.attributes.includes(attribute))
      .map((attribute): Finding => ({
        code: 'missing-attribute',
        severity: 'medium',
        ...at,
        access: attribute,
        message: `${name} lacks ${attribute}, which the contract declares`,
        remedy: alter(attribute),
      })),
  ];
}

const options = ['inherit', 'set', 'admin'] as const;
type Option = (typeof options)[number];

/** Who granted a membership, and with which options. */
interface Grantor {
  grantor: RoleName;
  gave: Option[];
}
const byGrantor = by<Grantor>(({ grantor }) => grantor);

/** Memberships of contracted identities that the contract does not declare, or declares and are not there. */
export function judgeMemberships(contract: ParsedContract, facts: readonly Fact[]): Finding[] {
  const seen = new Map<
    string,
    { group: RoleName; member: RoleName; grantors: Grantor[]; inherit: boolean; set: boolean; admin: boolean }
  >();
  for (const fact of facts.filter(({ kind }) => kind === 'membership')) {
    const { role: member, detail } = fact;
    const group = roleOf(fact);
    if (
      !(group in contract.identities || member in contract.identities) ||
      contract.identities[member]?.kind === 'platform'
    ) {
      continue;
    }
    // Several grantors may each have granted it: the options are their union.
    const known = seen.get(`${member}\t${group}`) ?? {
      group,
      member,
      grantors: [],
      inherit: false,
      set: false,
      admin: false,
    };
    known.grantors.push({
      grantor: String(detail['grantor']),
      gave: options.filter((option) => detail[option] === true),
    });
    for (const option of options) {
      known[option] ||= detail[option] === true;
    }
    seen.set(`${member}\t${group}`, known);
  }
  const declared = new Map<string, DeclaredMembership & { member: string }>(
    Object.keys(contract.identities).flatMap((member) =>
      declaredMemberships(contract, member).map(
        (membership) => [`${member}\t${membership.role}`, { ...membership, member }] as const,
      ),
    ),
  );
  const extra = [...seen].flatMap(([key, { group, member, grantors, ...has }]): Finding[] => {
    const wanted = declared.get(key);
    const beyond = options.filter((option) => has[option] && wanted?.[option] !== true);
    if (wanted !== undefined && beyond.length === 0) {
      return [];
    }
    const what = wanted === undefined ? '' : ` with ${beyond.map((option) => option.toUpperCase()).join(', ')}`;
    const how = options.map((option) => `${option.toUpperCase()} ${has[option]}`).join(', ');
    return [
      {
        code: 'undeclared-membership',
        severity: 'high',
        object: group,
        identity: member,
        message: `${member} is a member of ${group}${what} (${how}; granted by ${grantors
          .map(({ grantor }) => grantor)
          .toSorted()
          .join(', ')}), which the contract does not declare`,
        remedy: revokeMembership(contract, group, member, grantors, wanted === undefined ? undefined : beyond),
      },
    ];
  });
  const lacking = [...declared].flatMap(([key, wanted]): Finding[] => {
    const { member } = wanted;
    const has = seen.get(key);
    const short = options.filter((option) => wanted[option] && has?.[option] !== true);
    return short.length === 0
      ? []
      : [
          {
            code: 'missing-membership',
            severity: 'medium',
            object: wanted.role,
            identity: member,
            message: `${member} is not a member of ${wanted.role} with ${short.map((option) => option.toUpperCase()).join(', ')}, as the contract declares`,
            remedy: sql`GRANT ${roleSql(wanted.role)} TO ${roleSql(member)};`,
          },
        ];
  });
  return [...extra, ...lacking];
}

/** The SQL that takes a membership away, or only the options of it that go beyond what is declared. Each grantor's is one of its own. */
function revokeMembership(
  contract: ParsedContract,
  group: RoleName,
  member: RoleName,
  grantors: readonly Grantor[],
  beyond: readonly Option[] | undefined,
): SqlText {
  const statements = grantors.toSorted(byGrantor).flatMap(({ grantor, gave }) => {
    // What a superuser revokes without a name is what the first superuser granted.
    const grantedBy =
      contract.identities[grantor]?.kind === 'migrator' || grantor === '' ? '' : sql` GRANTED BY ${roleSql(grantor)}`;
    const what: SqlText[] =
      beyond === undefined
        ? ['']
        : beyond
            .filter((option) => gave.includes(option))
            .map((option) => sql`${verbatim(option.toUpperCase())} OPTION FOR `);
    return what.map((words) => sql`REVOKE ${words}${roleSql(group)} FROM ${roleSql(member)}${grantedBy};`);
  });
  return joined(statements, ' ');
}

/** A setting of the project's own stands in the facts as a digest: it may hold a secret. */
function isDeclaredSetting(wanted: string | undefined, seen: unknown): boolean {
  return wanted !== undefined && (seen === wanted || seen === `sha256:${sha256(wanted)}`);
}

function judgeSettings(contract: ParsedContract, facts: readonly Fact[], database: string): Finding[] {
  const settings = facts.filter(
    ({ kind, role }) =>
      kind === 'setting' &&
      (role === '' || (role in contract.identities && contract.identities[role]!.kind !== 'platform')),
  );
  const lacking = Object.entries(contract.identities).flatMap(([name, { settings: declared }]) =>
    Object.entries(declared)
      .filter(([setting]) => !settings.some(({ role, property }) => role === name && property === setting))
      .map(([setting, value]): Finding => ({
        code: 'missing-setting',
        severity: 'medium',
        object: setting,
        identity: name,
        message: `${name} lacks the setting ${setting} = ${value}, which the contract declares`,
        remedy: sql`ALTER ROLE ${roleSql(name)} SET ${verbatim(setting)} = ${quoteLiteral(value)};`,
      })),
  );
  const extra = settings
    .filter(
      ({ role, property, detail }) =>
        !isDeclaredSetting(contract.identities[role]?.settings[property], detail['value']),
    )
    .map(({ object, role, property, detail }): Finding => {
      const inDatabase = object === 'database';
      const whose = role === '' ? `every role of the ${inDatabase ? 'database' : 'cluster'}` : role;
      const everyone = inDatabase ? sql`DATABASE ${quoteIdentifier(database)}` : 'ROLE ALL';
      const target =
        role === ''
          ? everyone
          : sql`ROLE ${roleSql(role)}${inDatabase ? sql` IN DATABASE ${quoteIdentifier(database)}` : ''}`;
      return {
        code: 'undeclared-setting',
        severity: 'high',
        object: property,
        identity: role,
        access: object,
        message: `${whose} has the setting ${property} = ${String(detail['value'])}, which the contract does not declare`,
        remedy: sql`ALTER ${target} RESET ${verbatim(property)};`,
      };
    });
  return [...extra, ...lacking];
}

import { roleSql } from '../../catalog/role-name.ts';
import { sql, type SqlText, verbatim } from '../../common/sql.ts';
import type { Fact } from '../../catalog/fact.ts';
import { sha256 } from '../../common/digest.ts';
import { attributes, type ParsedContract } from '../../contract/contract.ts';
import { usualAttributes } from '../../contract/declared.ts';
import { quoteIdentifier, quoteLiteral } from '../../postgres/quote.ts';
import { contractLines } from '../../findings/contract-lines.ts';
import { Declaration } from '../../findings/declaration.ts';
import type { Finding } from '../../findings/finding.ts';
import { retractAttribute, retractSetting } from '../../findings/retraction.ts';
import { isServerSetting, type Server } from '../../findings/server.ts';
import { judgeMemberships } from './memberships.ts';

/** A contracted identity as the server of a phase has it. */
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
export function judgeRoles(
  contract: ParsedContract,
  facts: readonly Fact[],
  database: string,
  server?: Server,
): Finding[] {
  const rows = roleRows(contract, facts);
  const declaration = new Declaration(contract, facts, server);
  return [
    ...rows
      .filter((row) => !isElsewhere(contract, row, rows))
      .flatMap((row) => judgeAttributes(contract, declaration, row)),
    ...judgeMemberships(contract, facts, server),
    ...judgeSettings(contract, facts, database, server),
  ];
}

/**
 * Whether a migrator belongs to another server. The contract may name production's beside the one that builds here, and one of
 * them exists.
 */
function isElsewhere({ identities }: ParsedContract, { name, exists }: RoleRow, rows: readonly RoleRow[]): boolean {
  const isMigrator = (role: string) => identities[role]!.kind === 'migrator';
  return !exists && isMigrator(name) && rows.some((one) => one.exists && isMigrator(one.name));
}

function judgeAttributes(contract: ParsedContract, declaration: Declaration, row: RoleRow): Finding[] {
  const { name } = row;
  const { kind, attributes: given } = contract.identities[name]!;
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
        ...declaration.attribute(name, attribute),
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
        ...retractAttribute(contract, name, attribute, wanted),
      })),
  ];
}

/** Settings that are lists of names. The server stores them as they are written. */
const lists: ReadonlySet<string> = new Set([
  'local_preload_libraries',
  'search_path',
  'session_preload_libraries',
  'temp_tablespaces',
]);

function assignment(setting: string, value: string): SqlText {
  return sql`${verbatim(setting)} = ${lists.has(setting.toLowerCase()) ? verbatim(value) : quoteLiteral(value)}`;
}

/** A project's own setting appears in the facts as a digest, because it may hold a secret. */
function isDeclaredSetting(wanted: string | undefined, seen: unknown): boolean {
  return wanted !== undefined && (seen === wanted || seen === `sha256:${sha256(wanted)}`);
}

function judgeSettings(
  contract: ParsedContract,
  facts: readonly Fact[],
  database: string,
  server: Server | undefined,
): Finding[] {
  const settings = facts.filter(
    ({ kind, role }) =>
      kind === 'setting' &&
      (role === '' || (role in contract.identities && contract.identities[role]!.kind !== 'platform')),
  );
  const isDeclaredElsewhere = (role: string, setting: string) =>
    settings.some(
      (one) =>
        one.role === role &&
        one.property === setting &&
        isDeclaredSetting(contract.identities[role]?.settings[setting], one.detail['value']),
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
        remedy: sql`ALTER ROLE ${roleSql(name)} SET ${assignment(setting, value)};`,
        ...retractSetting(name, setting, value),
      })),
  );
  const extra = settings
    .filter(
      ({ role, property, detail }) =>
        !isServerSetting(server, role, property) &&
        !isDeclaredSetting(contract.identities[role]?.settings[property], detail['value']),
    )
    .map(({ object, role, property, detail }): Finding => {
      const inDatabase = object === 'database';
      const wanted = contract.identities[role]?.settings[property];
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
        remedy:
          wanted === undefined || isDeclaredElsewhere(role, property)
            ? sql`ALTER ${target} RESET ${verbatim(property)};`
            : sql`ALTER ${target} SET ${assignment(property, wanted)};`,
        ...(role === ''
          ? {}
          : contractLines({
              declare: { identities: { [role]: { settings: { [property]: String(detail['value']) } } } },
            })),
      };
    });
  return [...extra, ...lacking];
}

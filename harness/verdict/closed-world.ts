import { effectiveAccess, type Access } from '../catalog/effective-access.ts';
import { pathText } from '../catalog/explain.ts';
import type { Fact } from '../catalog/fact.ts';
import { nameParts } from '../catalog/identifiers.ts';
import type { ParsedContract } from '../contract/contract.ts';
import { declaredPrivileges, declaredSources, entryOf, identitiesOf, sections } from '../contract/declared.ts';
import { quoteIdentifier } from '../postgres/quote.ts';
import type { Finding } from './finding.ts';

/** Kinds of object whose grants the contract lists; access to anything else is never declared. */
const listedKinds = new Set(['database', 'schema', 'table', 'view', 'materialized-view', 'column', 'sequence', 'function', 'type']);

/** Access of the contracted identities (migrators aside) and of PUBLIC, from the facts alone. */
export function contractedAccess(contract: ParsedContract, facts: readonly Fact[]): Access[] {
  const judged = Object.keys(contract.identities).filter((name) => contract.identities[name]!.kind !== 'migrator');
  return effectiveAccess(facts, [...judged, 'PUBLIC']);
}

/** Every effective privilege that the contract does not declare, by whatever path it came, and every declared one that is not there. */
export function judgeAccess(contract: ParsedContract, facts: readonly Fact[], access: readonly Access[]): Finding[] {
  const owners = facts.filter(({ property }) => property === 'owner');
  const objects = new Set(['database', ...owners.map(({ object }) => object)]);
  const ofExtensions = new Set(owners.filter(({ detail }) => contract.extensions.includes(String(detail['extension']))).map(({ object }) => object));
  return [...access.filter(({ object }) => !ofExtensions.has(object)).flatMap((one) => undeclared(contract, one)), ...missing(contract, access, objects)];
}

function undeclared(contract: ParsedContract, access: Access): Finding[] {
  const { identity, kind, object, privilege, paths } = access;
  // What everyone has is said of PUBLIC, and of the logins it reaches.
  const fromPublic = paths.every(({ chain }) => chain.at(-1) === 'PUBLIC');
  if (fromPublic && identity !== 'PUBLIC' && contract.identities[identity]?.kind !== 'login') {
    return [];
  }
  if (kind === 'role') {
    return undeclaredAttribute(contract, access);
  }
  const declared = isDeclared(contract, access);
  const optional = paths.filter(({ grantable, via }) => grantable && via !== 'owner');
  if (declared && optional.length === 0) {
    return [];
  }
  const path = (declared ? optional : paths).map((one) => pathText(one, privilege, object)).join('; ');
  const what = privilege === 'OWNER' ? `owns ${kind} ${object}` : `has ${privilege}${declared ? ' WITH GRANT OPTION' : ''} on ${kind} ${object}`;
  return [
    {
      code: privilege === 'OWNER' ? 'undeclared-owner' : 'undeclared-access',
      severity: identity === 'PUBLIC' || contract.identities[identity]?.kind === 'login' ? 'high' : 'medium',
      object,
      identity,
      access: privilege,
      message: `${identity} ${what} ${path}; the contract does not declare it`,
      remedy: revoke(access, contract.databases.head),
    },
  ];
}

function isDeclared(contract: ParsedContract, { identity, kind, object, privilege }: Access): boolean {
  if (!listedKinds.has(kind)) {
    return false;
  }
  const sources = declaredSources(contract, identity);
  // Privileges on a column are part of those on its table.
  const whole = kind === 'column' ? nameParts(object).slice(0, 2).join('.') : object;
  const owner = entryOf(contract, whole)?.owner;
  return (owner !== undefined && sources.includes(owner)) || declaredPrivileges(contract, identity, whole).has(privilege);
}

/** An attribute of its own is judged with the role; here only one that SET ROLE reaches. */
function undeclaredAttribute(contract: ParsedContract, { identity, object, privilege, paths }: Access): Finding[] {
  const sources = declaredSources(contract, identity);
  if (object === identity || (sources.includes(object) && contract.identities[object]?.attributes?.includes(privilege as 'SUPERUSER'))) {
    return [];
  }
  const message = `${identity} reaches ${privilege} ${paths.map((one) => pathText(one, privilege, object)).join('; ')}; the contract does not declare it`;
  const [member, group] = paths[0]!.chain;
  const remedy = `REVOKE ${quoteIdentifier(group ?? object)} FROM ${quoteIdentifier(member ?? identity)};`;
  return [{ code: 'undeclared-attribute', severity: 'high', object, identity, access: privilege, message, remedy }];
}

const keyword: Record<string, string> = {
  'materialized-view': 'TABLE',
  view: 'TABLE',
  'foreign-server': 'FOREIGN SERVER',
  'foreign-data-wrapper': 'FOREIGN DATA WRAPPER',
  'large-object': 'LARGE OBJECT',
};

/** The SQL that takes the nearest path away. */
function revoke({ kind, object, privilege, paths }: Access, database: string): string {
  const path = paths[0]!;
  const holder = path.chain.at(-1)!;
  const from = holder === 'PUBLIC' ? 'PUBLIC' : quoteIdentifier(holder);
  const member = path.chain.at(-2);
  if (privilege === 'OWNER' || path.via === 'owner') {
    return member === undefined ? `ALTER ${keyword[kind] ?? kind.toUpperCase()} ${object} OWNER TO …;` : `REVOKE ${from} FROM ${quoteIdentifier(member)};`;
  }
  if (path.via === 'predefined-role') {
    return `REVOKE ${from} FROM ${quoteIdentifier(member ?? path.chain[0]!)};`;
  }
  if (kind === 'column') {
    const [schema, table, column] = nameParts(object);
    return `REVOKE ${privilege} (${column}) ON TABLE ${schema}.${table} FROM ${from};`;
  }
  return `REVOKE ${privilege} ON ${keyword[kind] ?? kind.toUpperCase()} ${kind === 'database' ? quoteIdentifier(database) : object} FROM ${from};`;
}

function missing(contract: ParsedContract, access: readonly Access[], objects: ReadonlySet<string>): Finding[] {
  const has = new Set(access.filter(({ usable }) => usable).map((one) => `${one.identity}\t${one.object}\t${one.privilege}`));
  const entries = [
    { object: 'database', kind: 'DATABASE', grants: contract.database.grants as Record<string, readonly string[]> },
    ...Object.entries(sections).flatMap(([kind, section]) =>
      Object.entries(contract[section]).map(([object, { grants }]) => ({ object, kind: kind.toUpperCase(), grants: grants as Record<string, readonly string[]> })),
    ),
  ];
  const migrators = new Set(identitiesOf(contract, 'migrator'));
  return entries.flatMap(({ object, kind, grants }) => {
    if (!objects.has(object)) {
      return [{ code: 'missing-object', severity: 'high', object, identity: '', message: `${kind.toLowerCase()} ${object} does not exist`, remedy: 'Create it in a migration, or take it out of the contract.' } satisfies Finding];
    }
    return Object.entries(grants)
      .filter(([grantee]) => !migrators.has(grantee) && !grantee.startsWith('pg_'))
      .flatMap(([grantee, wanted]) => wanted.filter((privilege) => !has.has(`${grantee}\t${object}\t${privilege}`)).map((privilege) => lacking(grantee, privilege, kind, object, contract.databases.head)));
  });
}

function lacking(grantee: string, privilege: string, kind: string, object: string, database: string): Finding {
  const to = grantee === 'PUBLIC' ? 'PUBLIC' : quoteIdentifier(grantee);
  return {
    code: 'missing-access',
    severity: 'medium',
    object,
    identity: grantee,
    access: privilege,
    message: `${grantee} lacks ${privilege} on ${kind.toLowerCase()} ${object}, which the contract declares`,
    remedy: `GRANT ${privilege} ON ${kind === 'DATABASE' ? `DATABASE ${quoteIdentifier(database)}` : `${kind} ${object}`} TO ${to};`,
  };
}

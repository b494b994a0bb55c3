import type { Access, Path } from '../catalog/access/effective-access.ts';
import { nameParts } from '../catalog/identifiers.ts';
import type { ParsedContract } from '../contract/contract.ts';
import { declaredMemberships, entryOf } from '../contract/declared.ts';
import { quoteIdentifier } from '../postgres/quote.ts';

/** What GRANT, REVOKE and ALTER call a kind of object, where it is not the kind in capitals. */
const keywords: Readonly<Record<string, string>> = {
  'materialized-view': 'TABLE',
  view: 'TABLE',
  column: 'TABLE',
  'foreign-server': 'FOREIGN SERVER',
  'foreign-data-wrapper': 'FOREIGN DATA WRAPPER',
  'large-object': 'LARGE OBJECT',
};

/** The word of a kind in GRANT, REVOKE and ALTER. */
export function keywordOf(kind: string): string {
  return keywords[kind] ?? kind.toUpperCase();
}

/**
 * The SQL that takes an undeclared access away without taking a declared one: the membership that is not declared, else
 * what was granted to the role at the end of the path. With `optionOnly` the privilege itself stays.
 */
export function revoke(
  contract: ParsedContract,
  { kind, object, privilege, paths }: Access,
  optionOnly: boolean,
): string {
  const path = (optionOnly ? paths.find(({ grantable, via }) => grantable && via !== 'owner') : undefined) ?? paths[0]!;
  const link = undeclaredLink(contract, path);
  const holder = path.chain.at(-1)!;
  const from = holder === 'PUBLIC' ? holder : quoteIdentifier(holder);
  if (link !== undefined) {
    return `REVOKE ${quoteIdentifier(link.group)} FROM ${quoteIdentifier(link.member)};`;
  }
  if (kind === 'role') {
    return `ALTER ROLE ${quoteIdentifier(object)} NO${privilege};`;
  }
  const on = `${keywordOf(kind)} ${kind === 'database' ? quoteIdentifier(contract.databases.head) : object}`;
  if (privilege === 'OWNER' || path.via === 'owner') {
    return `ALTER ${on} OWNER TO ${quoteIdentifier(entryOf(contract, object)?.owner ?? migrator(contract))};`;
  }
  const option = optionOnly ? 'GRANT OPTION FOR ' : '';
  if (kind === 'column') {
    const [schema, table, column] = nameParts(object);
    return `REVOKE ${option}${privilege} (${column!}) ON TABLE ${schema!}.${table!} FROM ${from};`;
  }
  return `REVOKE ${option}${privilege} ON ${on} FROM ${from};`;
}

/** The first membership of the path that the contract does not declare, or not as it is used. */
function undeclaredLink(
  contract: ParsedContract,
  { chain, assumed }: Path,
): { member: string; group: string } | undefined {
  for (const [index, group] of chain.entries()) {
    const member = chain[index - 1];
    if (member === undefined || group === 'PUBLIC') {
      continue;
    }
    const declared = declaredMemberships(contract, member).find(({ role }) => role === group);
    if (declared === undefined || !(assumed === 'inherited' ? declared.inherit : declared.set)) {
      return { member, group };
    }
  }
  return undefined;
}

/** Who things are handed to: the first migrator of the contract. */
export function migrator({ identities }: ParsedContract): string {
  return Object.keys(identities).find((name) => identities[name]!.kind === 'migrator') ?? 'postgres';
}

import { stringify } from 'yaml';

import type { Access } from '../catalog/access/effective-access.ts';
import type { Fact } from '../catalog/fact.ts';
import { nameParts } from '../catalog/identifiers.ts';
import type { RawName, SqlName } from '../common/sql.ts';
import type { ParsedContract } from '../contract/contract.ts';
import { entryOf } from '../contract/declared.ts';

/** The section of the contract for a kind of object. */
const sectionOf: Readonly<Record<string, 'schemas' | 'tables' | 'sequences' | 'functions' | 'types'>> = {
  schema: 'schemas',
  table: 'tables',
  view: 'tables',
  'materialized-view': 'tables',
  'foreign-table': 'tables',
  column: 'tables',
  sequence: 'sequences',
  function: 'functions',
  type: 'types',
};

/** Lines of YAML that would declare an access in the contract, if it is intended; undefined if it cannot be declared as it is. */
export function declarationOf(
  contract: ParsedContract,
  { kind, object, privilege, paths }: Pick<Access, 'kind' | 'object' | 'privilege' | 'paths'>,
): string | undefined {
  const grantee = paths[0]?.chain.at(-1);
  if (grantee === undefined || (grantee !== 'PUBLIC' && !Object.hasOwn(contract.identities, grantee))) {
    return undefined;
  }
  const [schema, table, column] = nameParts(object);
  const name = kind === 'column' ? `${schema!}.${table!}` : object;
  const word = kind === 'column' ? `${privilege}(${column!})` : privilege;
  const known = (object === 'database' ? contract.database : entryOf(contract, name))?.grants[grantee] ?? [];
  const said = privilege === 'OWNER' ? { owner: grantee } : { grants: { [grantee]: [...known, word] } };
  const section = sectionOf[kind];
  if (object === 'database' && privilege !== 'OWNER') {
    return yaml({ database: said });
  }
  return section === undefined ? undefined : yaml({ [section]: { [name]: said } });
}

/** Lines of YAML that would declare a policy as it is. */
export function policyDeclaration(table: SqlName, name: RawName, detail: Fact['detail']): string {
  const { command, permissive, roles, using, check } = detail;
  const policy = {
    ...(command === 'ALL' ? {} : { command }),
    ...(permissive === false ? { permissive } : {}),
    ...(JSON.stringify(roles) === '["PUBLIC"]' ? {} : { roles }),
    ...(typeof using === 'string' ? { using } : {}),
    ...(typeof check === 'string' ? { check } : {}),
  };
  return yaml({ tables: { [table]: { policies: { [name]: policy } } } });
}

/** Lines of YAML that would declare what default privileges grant; undefined if the contract cannot. */
export function futureDeclaration(
  contract: ParsedContract,
  { section, grantee, privilege }: { section: string; grantee: string; privilege: string },
): string | undefined {
  if (!Object.hasOwn(contract.future, section) && !['tables', 'sequences', 'functions', 'types'].includes(section)) {
    return undefined;
  }
  if (grantee !== 'PUBLIC' && !Object.hasOwn(contract.identities, grantee)) {
    return undefined;
  }
  const known = contract.future[section as keyof ParsedContract['future']]?.[grantee] ?? [];
  return yaml({ future: { [section]: { [grantee]: [...known, privilege] } } });
}

function yaml(lines: object): string {
  return stringify(lines, { collectionStyle: 'any', flowCollectionPadding: false, lineWidth: 0 }).trimEnd();
}

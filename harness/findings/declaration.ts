import { stringify } from 'yaml';

import type { Access } from '../catalog/access/effective-access.ts';
import { nameParts } from '../catalog/identifiers.ts';
import type { ParsedContract } from '../contract/contract.ts';
import { entryOf } from '../contract/declared.ts';

/** The section of the contract that speaks of a kind of object. */
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

/** Lines of YAML that would declare an access in the contract, where it is meant; undefined where it cannot be declared as it is. */
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

function yaml(lines: object): string {
  return stringify(lines, { collectionStyle: 'any', flowCollectionPadding: false, lineWidth: 0 }).trimEnd();
}

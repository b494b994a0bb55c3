import type { Fact } from '../../catalog/fact.ts';
import { ownersOf } from '../../catalog/owners.ts';
import { isGrant } from '../../catalog/grant.ts';
import { nameParts } from '../../catalog/identifiers.ts';
import { listed } from '../../common/text.ts';
import type { ParsedContract } from '../../contract/contract.ts';
import {
  columnGrant,
  declaredColumns,
  declaredPrivileges,
  declaredSources,
  entryOf,
  judgedIdentities,
} from '../../contract/declared.ts';
import { Declaration } from '../../findings/declaration.ts';
import type { Finding } from '../../findings/finding.ts';
import { RemedySql } from '../../findings/remedy-sql.ts';
import { serverOf, type Server } from '../../findings/server.ts';

/**
 * Grants to a role that may have the privilege, but not by this grant: the contract lists grantees, and this one is not listed.
 * `judgeAccess` reports access that the role may not have at all.
 */
export function judgeGrantees(
  contract: ParsedContract,
  facts: readonly Fact[],
  database: string,
  server: Server | undefined = serverOf(facts, contract),
): Finding[] {
  const sql = new RemedySql(facts, database);
  const declaration = new Declaration(contract, facts, server);
  const judged = new Set(['PUBLIC', ...judgedIdentities(contract)]);
  const owners = ownersOf(facts);
  return facts
    .filter(isGrant)
    .filter(({ kind, object, role }) => judged.has(role) && owners.get(`${kind} ${object}`) !== role)
    .flatMap(({ kind, object, role, property }): Finding[] => {
      const [schema, table, column] = nameParts(object);
      const whole = kind === 'column' ? `${schema!}.${table!}` : object;
      const grants = whole === 'database' ? contract.database.grants : entryOf(contract, whole)?.grants;
      const mayHave =
        declaredPrivileges(contract, role, whole).has(property) ||
        (kind === 'column' && declaredColumns(contract, role, whole, property).includes(column!));
      if (
        grants === undefined ||
        !mayHave ||
        isListed(grants[role] ?? [], property, kind === 'column' ? column : undefined)
      ) {
        return [];
      }
      const others = declaredSources(contract, role).filter(
        (source) => source !== role && isListed(grants[source] ?? [], property, kind === 'column' ? column : undefined),
      );
      const byWhich =
        others.length === 0 ? 'another grant' : `the grant${others.length === 1 ? '' : 's'} to ${listed(others)}`;
      return [
        {
          code: 'undeclared-grant',
          severity: 'medium',
          object,
          identity: role,
          access: property,
          message: `${role} was granted ${property} on ${kind} ${object} itself; the contract gives it by ${byWhich}, and this one stays when that is revoked`,
          remedy: sql.revoke(property, kind, object, role),
          ...declaration.grant({ kind, object, privilege: property }, role),
        },
      ];
    });
}

function isListed(words: readonly string[], privilege: string, column: string | undefined): boolean {
  return words.some((word) => {
    const onColumns = columnGrant(word);
    return (
      word === privilege ||
      (column !== undefined && onColumns?.privilege === privilege && onColumns.columns.includes(column))
    );
  });
}

import { type RoleName, sql, verbatim } from '../common/sql.ts';
import type { Access, Path } from '../catalog/access/effective-access.ts';
import { roleSql } from '../catalog/role-name.ts';
import { roleOf } from '../catalog/fact.ts';
import type { ParsedContract } from '../contract/contract.ts';
import { declaredMemberships, entryOf } from '../contract/declared.ts';
import type { RemedySql } from './remedy-sql.ts';

/**
 * The SQL that revokes undeclared access without revoking declared access: the undeclared membership, otherwise the grant to the
 * role at the end of the path. With `optionOnly` the privilege itself stays.
 */
export function revoke(contract: ParsedContract, remedies: RemedySql, access: Access, optionOnly: boolean): string {
  const { kind, object, privilege, paths } = access;
  const path = (optionOnly ? paths.find(({ grantable, via }) => grantable && via !== 'owner') : undefined) ?? paths[0]!;
  const [link] = undeclaredLinks(contract, path);
  if (link !== undefined) {
    return sql`REVOKE ${roleSql(link.group)} FROM ${roleSql(link.member)};`;
  }
  if (kind === 'role') {
    return sql`ALTER ROLE ${roleSql(roleOf(access))} NO${verbatim(privilege)};`;
  }
  if (privilege === 'OWNER' || path.via === 'owner') {
    const heir = entryOf(contract, remedies.tableOfSequence(kind, object) ?? object)?.owner ?? migrator(contract);
    return (
      remedies.owner(kind, object, heir) || `Give ${kind.replaceAll('-', ' ')} ${object} to a superuser, or drop it.`
    );
  }
  return remedies.revoke(privilege, kind, object, path.chain.at(-1)!, optionOnly);
}

/** The memberships of the path that the contract does not declare, or not as they are used. */
export function undeclaredLinks(
  contract: ParsedContract,
  { chain, assumed }: Pick<Path, 'chain' | 'assumed'>,
): { member: RoleName; group: RoleName }[] {
  return chain.flatMap((group, index) => {
    const member = chain[index - 1];
    if (member === undefined || group === 'PUBLIC') {
      return [];
    }
    const declared = declaredMemberships(contract, member).find(({ role }) => role === group);
    const isDeclared = declared !== undefined && (assumed === 'inherited' ? declared.inherit : declared.set);
    return isDeclared ? [] : [{ member, group }];
  });
}

/** The role that remedies give objects to: the first migrator of the contract. */
export function migrator({ identities }: ParsedContract): RoleName {
  return Object.keys(identities).find((name) => identities[name]!.kind === 'migrator') ?? 'postgres';
}

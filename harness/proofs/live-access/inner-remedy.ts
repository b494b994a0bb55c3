import type { Attempt } from '../../attempts/attempt.ts';
import { tableKinds } from '../../catalog/access/object-privileges.ts';
import type { Fact } from '../../catalog/fact.ts';
import { nameParts } from '../../catalog/identifiers.ts';
import { readsOf } from '../../catalog/owners.ts';
import { roleSql } from '../../catalog/role-name.ts';
import { plainName, sql, type RoleName, type SqlName, verbatim } from '../../common/sql.ts';
import { listed } from '../../common/text.ts';
import type { ParsedContract } from '../../contract/contract.ts';
import { columnGrant, inheritedSources } from '../../contract/declared.ts';

const refused = /^permission denied for (?:table|view|materialized view|foreign table) (.+)$/;

/**
 * The remedy where a table is refused that the view reads, or on which the body of a function works: the grant on that table if
 * the contract gives one, otherwise who lacks what, in words. Undefined where the object itself is refused.
 */
export function innerRemedy(
  contract: ParsedContract,
  { identity, object, access, message }: Attempt,
  facts: readonly Fact[],
): string | undefined {
  const name = refused.exec(message ?? '')?.[1];
  const ofObject = facts.filter((fact) => fact.object === object);
  const view = ofObject.find(({ property }) => property === 'view');
  const isCalled = access === 'EXECUTE';
  if (name === undefined || (view === undefined && !isCalled) || isNamed(object, name)) {
    return undefined;
  }
  const tables = facts.filter(({ kind, property }) => property === 'owner' && tableKinds.has(kind));
  const among = view === undefined ? tables.map((fact) => fact.object) : readsOf(view);
  const inner = among.filter((one) => isNamed(one, name)).toSorted();
  if (inner.length === 0) {
    return undefined;
  }
  const isOfOwner =
    view === undefined
      ? ofObject.some(({ property }) => property === 'security-definer')
      : view.detail['security_invoker'] !== true;
  const owner = ofObject.find(({ property }) => property === 'owner')?.role;
  const runs = (isOfOwner ? owner : undefined) ?? identity;
  const where = inner.length === 1 ? inner[0]! : `one of ${listed(inner)}`;
  if (isCalled) {
    return `The body of ${object} runs as ${runs}, which lacks a privilege on ${where}: grant what the body does there, in a migration and in the contract.`;
  }
  const declared = inner.length === 1 ? declaredOn(contract, inner[0]!, runs, access) : undefined;
  return (
    declared ??
    `The view ${object} reads ${where} as ${runs}, which lacks ${access} there: grant it, in a migration and in the contract.`
  );
}

function isNamed(object: SqlName, name: string): boolean {
  const last = nameParts(object)[1];
  return last !== undefined && plainName(last) === name;
}

function declaredOn(contract: ParsedContract, table: SqlName, role: RoleName, access: string): string | undefined {
  const grants = contract.tables[table]?.grants as Record<string, readonly string[]> | undefined;
  const found = (Object.hasOwn(contract.identities, role) ? inheritedSources(contract, role) : []).flatMap((source) =>
    (grants?.[source] ?? [])
      .filter((word) => word === access || columnGrant(word)?.privilege === access)
      .map((word) => ({ source, word })),
  )[0];
  return found && sql`GRANT ${verbatim(found.word)} ON TABLE ${table} TO ${roleSql(found.source)};`;
}

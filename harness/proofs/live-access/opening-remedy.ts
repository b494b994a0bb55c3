import { roleSql } from '../../catalog/role-name.ts';
import { plainName, type RawName, sql, type SqlName, verbatim } from '../../common/sql.ts';
import type { Access } from '../../catalog/access/effective-access.ts';
import type { Fact } from '../../catalog/fact.ts';
import { nameParts } from '../../catalog/identifiers.ts';
import type { Attempt } from '../../attempts/attempt.ts';
import { meaningOf } from '../../attempts/outcome.ts';
import type { ParsedContract } from '../../contract/contract.ts';
import { columnGrant, declaredSources } from '../../contract/declared.ts';
import type { Finding } from '../../findings/finding.ts';
import { retractGrant } from '../../findings/retraction.ts';
import { quoteIdentifier } from '../../postgres/quote.ts';
import { innerRemedy } from './inner-remedy.ts';

/** The declared grant, if it is missing, and the lines to remove from the contract if the revoke is intended. */
export function openingRemedy(
  contract: ParsedContract,
  attempt: Attempt,
  seen: readonly Access[],
  facts: readonly Fact[],
): Pick<Finding, 'remedy' | 'declare' | 'retract'> {
  const { identity, object, access, login, message } = attempt;
  const { closedBy } = meaningOf(attempt);
  if (login !== undefined && message !== null && /set role/i.test(message)) {
    return {
      remedy: `Let ${login} assume ${identity}, as the contract declares it: it is not a member of it WITH SET.`,
    };
  }
  const held = seen.filter((one) => one.identity === identity && one.object === object && one.privilege === access);
  if (closedBy === 'grants' && held.length > 0 && held.every(({ usable }) => !usable)) {
    const [schema] = nameParts(object);
    const usage = contract.schemas[schema!]?.grants as Record<string, readonly string[]> | undefined;
    const user = declaredSources(contract, identity).find((source) => usage?.[source]?.includes('USAGE')) ?? identity;
    return { remedy: sql`GRANT USAGE ON SCHEMA ${schema!} TO ${roleSql(user)};` };
  }
  const sequence = /^permission denied for sequence (.+)$/.exec(message ?? '')?.[1];
  if (closedBy === 'grants' && sequence !== undefined) {
    return { remedy: grantOnSequence(contract, { identity, object, access }, sequence) };
  }
  const inner = closedBy === 'grants' ? innerRemedy(contract, attempt, facts) : undefined;
  if (inner !== undefined) {
    return { remedy: inner };
  }
  const grants = (contract.tables[object] ?? contract.functions[object])?.grants as
    Record<string, readonly string[]> | undefined;
  const declared = declaredSources(contract, identity).flatMap((source) =>
    (grants?.[source] ?? [])
      .filter((word) => word === access || columnGrant(word)?.privilege === access)
      .map((word) => ({ source, word })),
  )[0];
  return closedBy === 'grants' && declared !== undefined
    ? {
        remedy: sql`GRANT ${verbatim(declared.word)} ON ${object in contract.tables ? 'TABLE' : 'ROUTINE'} ${verbatim(object)} TO ${roleSql(declared.source)};`,
        // What is still held was not revoked.
        ...(held.length > 0 ? {} : retractGrant(contract, object, declared.source, { word: declared.word })),
      }
    : { remedy: 'Compare the grants, the policies and the row the attempt used with the contract.' };
}

/** USAGE on the sequence of a column default, for an identity with INSERT in the contract. */
function grantOnSequence(
  contract: ParsedContract,
  { identity, object, access }: Pick<Attempt, 'identity' | 'object' | 'access'>,
  sequence: RawName,
): string {
  const listed = Object.keys(contract.sequences).find((one) => plainName(nameParts(one)[1]!) === sequence);
  const grants = contract.tables[object]?.grants as Record<string, readonly string[]> | undefined;
  const user =
    declaredSources(contract, identity).find((source) =>
      grants?.[source]?.some((word) => word === access || columnGrant(word)?.privilege === access),
    ) ?? identity;
  const name: SqlName = listed ?? sql`${nameParts(object)[0]!}.${quoteIdentifier(sequence)}`;
  return sql`GRANT USAGE ON SEQUENCE ${name} TO ${roleSql(user)};`;
}

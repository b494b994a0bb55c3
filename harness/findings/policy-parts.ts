import type { RawName, SqlName } from '../common/sql.ts';
import type { ContractPart } from './contract-lines.ts';

/** What a policy is, as a contract or a fact has it. */
interface PolicyDetail {
  command?: unknown;
  permissive?: unknown;
  roles?: unknown;
  using?: unknown;
  check?: unknown;
}

/** A policy as a part of a contract, without what goes without saying. */
export function policyPart(table: SqlName, name: RawName, policy: PolicyDetail): ContractPart {
  return { tables: { [table]: { policies: { [name]: entryOf(policy) } } } };
}

/** What of a policy has to be taken out of the contract, besides what is written over, for it to be as it is. */
export function retractPolicy(table: SqlName, name: RawName, said: PolicyDetail, is: PolicyDetail): ContractPart {
  const [before, after] = [entryOf(said), entryOf(is)];
  const gone = Object.entries(before).flatMap(([key, value]): [string, unknown][] => {
    const now = after[key];
    if (now === undefined) {
      return [[key, value]];
    }
    const items = Array.isArray(value) && Array.isArray(now) ? value.filter((one) => !now.includes(one)) : [];
    return items.length === 0 ? [] : [[key, items]];
  });
  return gone.length === 0 ? {} : { tables: { [table]: { policies: { [name]: Object.fromEntries(gone) } } } };
}

function entryOf({ command, permissive, roles, using, check }: PolicyDetail): ContractPart {
  return {
    ...(command === 'ALL' ? {} : { command }),
    ...(permissive === false ? { permissive } : {}),
    ...(JSON.stringify(roles) === '["PUBLIC"]' ? {} : { roles }),
    ...(typeof using === 'string' ? { using } : {}),
    ...(typeof check === 'string' ? { check } : {}),
  };
}

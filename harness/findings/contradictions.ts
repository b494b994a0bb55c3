import { tableOf } from '../catalog/identifiers.ts';
import { bareRecord } from '../common/records.ts';
import type { SqlName } from '../common/sql.ts';
import { contradictedRows } from '../contract/contradicted-rows.ts';
import type { ParsedContract } from '../contract/contract.ts';
import { contractedObjects, entryOf } from '../contract/declared.ts';
import { together, without, type ContractChange, type ContractPart } from './contract-lines.ts';

/** A change, and with it the needs and denials that would contradict it: of one object, or of all. */
export function withContradictions(
  contract: ParsedContract,
  { declare = {}, retract = {} }: ContractChange,
  object?: SqlName,
): Required<ContractChange> {
  const before = object === undefined ? contract : onlyOf(contract, object);
  const after = together(without(before, retract), declare) as ParsedContract;
  const rows = contradictedRows(
    after,
    contractedObjects(after).filter((one) => Object.hasOwn(before[one.section], one.object)),
  );
  const contradicted = rows.map(({ section, object: of, list, identity, access }): ContractPart => ({
    [section]: { [of]: { [list]: [{ identity, access }] } },
  }));
  return { declare, retract: together(retract, ...contradicted) };
}

/** The contract with one of its objects alone: of many, the others need not be copied. */
function onlyOf(contract: ParsedContract, object: SqlName): ParsedContract {
  const name = [object, tableOf(object)].find((one) => entryOf(contract, one) !== undefined);
  const only = <T>(section: Readonly<Record<string, T>>): Record<string, T> =>
    bareRecord(name !== undefined && section[name] !== undefined ? [[name, section[name]]] : []);
  return {
    ...contract,
    schemas: only(contract.schemas),
    tables: only(contract.tables),
    functions: only(contract.functions),
    sequences: only(contract.sequences),
    types: only(contract.types),
  };
}

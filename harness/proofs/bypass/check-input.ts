import type { ParsedContract } from '../../contract/contract.ts';
import { isTenantIsolated } from '../../contract/declared.ts';

/** What the checks know of the contract: `$1` of every statement. */
export interface CheckInput {
  identities: { name: string; kind: string }[];
  tenancy: { column: string; setting: string } | null;
  tables: Record<string, { row_security: string; only_through: string[]; isolated: boolean }>;
  functions: string[];
  schemas: string[];
}

/** The part of the contract that a catalog's answer is held against. */
export function checkInput(contract: ParsedContract): CheckInput {
  const { identities, tables, functions, schemas } = contract;
  const { column, setting } = contract.tenancy ?? {};
  return {
    identities: Object.entries(identities).map(([name, { kind }]) => ({ name, kind })),
    tenancy: column === undefined || setting === undefined ? null : { column, setting },
    tables: Object.fromEntries(
      Object.entries(tables).map(([name, { row_security, only_through }]) => [
        name,
        { row_security, only_through, isolated: isTenantIsolated(contract, name) },
      ]),
    ),
    functions: Object.keys(functions),
    schemas: Object.keys(schemas),
  };
}

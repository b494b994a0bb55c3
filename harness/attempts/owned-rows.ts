import type { SqlName } from '../common/sql.ts';
import type { ParsedContract } from '../contract/contract.ts';
import type { Tenants } from '../contract/sessions.ts';
import type { Asking } from './ask-all.ts';
import type { AnyRule, RowConditions } from './row-conditions.ts';
import type { RowNames } from './row-set.ts';
import type { Column, TableShape } from './table-shape.ts';

/** The part of a shape about the tenants whose rows a table holds. */
export type TenantRows = Pick<
  TableShape,
  'tenants' | 'seenApart' | 'names' | 'rows' | 'texts' | 'kept' | 'rehome' | 'hostile' | 'fault' | 'unread' | 'base'
>;

/** A table whose owners of rows the contract declares. */
export interface Owned {
  table: SqlName;
  columns: readonly (Column & Pick<TableShape, 'is_view'>)[];
  rule: AnyRule | undefined;
  tenantColumn: Column | undefined;
  names: RowNames;
}

/** How rows are read: by whom, and for which tenants of which contract. */
export interface Reading {
  asking: Asking;
  contract: ParsedContract;
  tenants: Tenants;
  conditions: RowConditions;
}

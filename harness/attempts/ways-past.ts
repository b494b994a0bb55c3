import { quoteIdentifier, quoteLiteral } from '../postgres/quote.ts';
import { statementFor, type StatementTenant } from './statements.ts';
import type { TableShape } from './table-shape.ts';

/** A control that first makes room for itself. */
export interface OtherControl {
  first: readonly string[];
  sql: string;
}

/** What else shows that a statement works where a constraint stops it. */
export interface WaysPast {
  /** Where a constraint stops the control: the same with a row that no constraint stops, one way after the other. */
  otherControls?: readonly OtherControl[];
  /** Takes away the row that an inserted copy may collide with. */
  room?: string;
}

/** Ways past a constraint: a row that nothing refers to, or the place of the row that a copied one collides with. */
export function waysPast(
  access: string,
  table: string,
  shape: TableShape | undefined,
  sql: string,
  tenant?: StatementTenant,
): WaysPast {
  if (access === 'DELETE' && shape?.referring != null) {
    const free = `delete from ${table} where (tableoid, ctid) in (select o.tableoid, o.ctid from ${table} as o where not (${shape.referring.join(' or ')}))`;
    const copy = statementFor('INSERT', table, shape, tenant).sql;
    return {
      otherControls: [
        { first: [], sql: free },
        { first: [copy], sql: free },
      ],
    };
  }
  if (access === 'INSERT' && tenant !== undefined) {
    const room = `delete from ${table} where ${quoteIdentifier(tenant.column)}::text = ${quoteLiteral(tenant.text)}`;
    return { room, otherControls: [{ first: [room], sql }] };
  }
  return {};
}

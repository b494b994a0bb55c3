import type { ContextName, ParsedContract } from '../contract/contract.ts';
import { valueNameOf, type Tenants } from '../contract/sessions.ts';
import { setKey } from './row-set.ts';
import type { ContextRecord } from './session-parts.ts';
import type { StatementTenant } from './statements.ts';
import type { TableShape } from './table-shape.ts';

/** The tenants that written rows belong to and move to; undefined if no column says it. */
export function statementTenant(
  contract: ParsedContract,
  { own, other, unknown }: Tenants,
  shape: TableShape | undefined,
  context: ContextName,
): StatementTenant | undefined {
  const isOther = context === 'other-tenant' || context === 'reused-by-other-tenant';
  if (shape?.rehome !== undefined) {
    const { column, own: ofOwn, other: ofOther } = shape.rehome;
    // A tenant that does not exist writes a row of its own. Everybody else tries to write a row of `own`.
    const text = context === 'unknown-tenant' && shape.texts !== undefined ? shape.texts.unknown : ofOwn;
    return { column, own: ofOwn, text, target: isOther ? ofOwn : ofOther };
  }
  const column = contract.tenancy?.column;
  // The table does not exist: the server says so, whatever the statement.
  if (shape !== undefined || column === undefined) {
    return undefined;
  }
  const name = valueNameOf(column, own);
  return {
    column,
    own: own[name]!,
    text: (context === 'unknown-tenant' ? unknown : own)[name]!,
    target: (isOther ? own : other)[name]!,
  };
}

/** Whether a copy of the own tenant's row certainly does not belong to a session with a partial tenant. */
export function isForeignTo(
  { rows }: Partial<TableShape> = {},
  { own }: Tenants,
  record: ContextRecord | null,
  identity: string,
): boolean {
  if (rows?.kind === 'column') {
    return (record?.[rows.is] ?? null) !== own[rows.is];
  }
  const sets = rows?.kind === 'listed' ? [rows.sets] : (rows?.by.map((one) => one.sets) ?? []);
  return sets.some((its) => its.own.get(setKey({ record, identity }, its.asksIdentity))?.count === 0);
}

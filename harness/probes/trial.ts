import { contextNames, type ContextName, type ParsedContract } from '../contract/contract.ts';
import { contractedObjects, identitiesOf, isTenantIsolated } from '../contract/declared.ts';
import { quoteIdentifier, quoteLiteral } from '../postgres/quote.ts';
import { commandsOn, defaultCall, statementFor } from './statements.ts';
import type { TableShape } from './table-shape.ts';

/** A statement to be tried as a login, in a tenant context. */
export interface Trial {
  identity: string;
  object: string;
  access: string;
  context: ContextName | 'none';
  sql: string;
  /** The statement as a pack may show it. */
  shown: string;
  /** Where the trial reaches rows of tenants: gives those of the context's tenant, and those that are not. */
  rowsOf: { own: string; foreign: string } | undefined;
}

/** How a function of the contract is called; a trigger's is not, by anybody. */
export type RoutineKind = 'function' | 'procedure' | 'trigger';

/** Every trial the contract asks for: all commands on all tables in all contexts, and every function, as every login. */
export function trialsOf(contract: ParsedContract, shapes: ReadonlyMap<string, TableShape>, routines: ReadonlyMap<string, RoutineKind> = new Map()): Trial[] {
  return identitiesOf(contract, 'login').flatMap((identity) =>
    contractedObjects(contract).flatMap(({ kind, object, entry }): Trial[] => {
      if (kind === 'function') {
        const routine = routines.get(object) ?? 'function';
        if (routine === 'trigger') {
          return [];
        }
        const sql = entry.call ?? defaultCall(object, routine);
        return [{ identity, object, access: 'EXECUTE', context: 'none', sql, shown: sql, rowsOf: undefined }];
      }
      const shape = shapes.get(object);
      return isTenantIsolated(contract, object) && hasTenants(contract, shape)
        ? contextNames.flatMap((context) => isolatedTrials(contract, identity, object, shape, context))
        : commandsOn(shape).map((access) => ({ identity, object, access, context: 'none', ...statementFor(access, object, shape), rowsOf: undefined }));
    }),
  );
}

/** Row security may be about something else than tenants: then the table has no such column. */
function hasTenants({ tenancy }: ParsedContract, shape: TableShape | undefined): boolean {
  return shape === undefined || shape.columns.some(({ name }) => name === tenancy!.column);
}

function isolatedTrials(contract: ParsedContract, identity: string, table: string, shape: TableShape | undefined, context: ContextName): Trial[] {
  const { column, own, other, unknown } = contract.tenancy!;
  const type = shape?.columns.find(({ name }) => name === column)?.type ?? 'text';
  // The row a tenant that does not exist writes is its own; everybody else tries to write a row of `own`.
  const tenant = { column, literal: `${quoteLiteral(context === 'unknown-tenant' ? unknown : own)}::${type}` };
  const inContext = { 'own-tenant': own, 'other-tenant': other, 'unknown-tenant': unknown }[context as string];
  const isOwn = inContext === undefined ? 'false' : `${quoteIdentifier(column)}::text is not distinct from ${quoteLiteral(inContext)}`;
  const rowsOf = { own: `select 1 from ${table} where ${isOwn}`, foreign: `select 1 from ${table} where not (${isOwn})` };
  return commandsOn(shape).map((access) => ({
    identity,
    object: table,
    access,
    context,
    ...statementFor(access, table, shape, tenant),
    rowsOf: access === 'INSERT' ? undefined : rowsOf,
  }));
}

import { contextNames, type ContextName, type ParsedContract } from '../contract/contract.ts';
import { contractedObjects, identitiesOf, isTenantIsolated } from '../contract/declared.ts';
import { quoteIdentifier, quoteLiteral } from '../postgres/quote.ts';
import { commandsOn, defaultCall, privilegesOf, statementFor, tenantCommandsOn, type Statement } from './statements.ts';
import type { TableShape } from './table-shape.ts';

/** A statement to be tried as a login, in a tenant context. */
export interface Trial extends Statement {
  identity: string;
  object: string;
  command: string;
  access: string;
  context: ContextName | 'none';
  /** Where the trial reaches rows of tenants: gives those of the context's tenant, and those that are not. */
  rowsOf: { own: string; foreign: string } | undefined;
  /** Why the rows it needs are not there. */
  unproven?: string;
}

/** How a function of the contract is called; a trigger's is not, by anybody. */
export type RoutineKind = 'function' | 'procedure' | 'trigger';

/** Every trial the contract asks for: all commands on all tables in all contexts, and every function, as every login. */
export function trialsOf(
  contract: ParsedContract,
  shapes: ReadonlyMap<string, TableShape>,
  routines: ReadonlyMap<string, RoutineKind> = new Map(),
): Trial[] {
  return identitiesOf(contract, 'login').flatMap((identity) =>
    contractedObjects(contract).flatMap(({ kind, object, entry }): Trial[] => {
      if (kind === 'function') {
        const routine = routines.get(object) ?? 'function';
        if (routine === 'trigger') {
          return [];
        }
        const sql = entry.call ?? defaultCall(object, routine);
        return [
          {
            identity,
            object,
            command: 'EXECUTE',
            access: 'EXECUTE',
            context: 'none',
            sql,
            shown: sql,
            rowsOf: undefined,
          },
        ];
      }
      const shape = shapes.get(object);
      return isTenantIsolated(contract, object) && hasTenants(contract, shape)
        ? contextNames.flatMap((context) => isolatedTrials(contract, identity, object, shape, context))
        : commandsOn(shape).map((command) => ({
            identity,
            object,
            command,
            access: command,
            context: 'none',
            ...statementFor(command, object, shape),
            rowsOf: undefined,
          }));
    }),
  );
}

/** Row security may be about something else than tenants: then the table has no such column. */
function hasTenants({ tenancy }: ParsedContract, shape: TableShape | undefined): boolean {
  return shape === undefined || shape.columns.some(({ name }) => name === tenancy!.column);
}

function isolatedTrials(
  contract: ParsedContract,
  identity: string,
  table: string,
  shape: TableShape | undefined,
  context: ContextName,
): Trial[] {
  const { column, own, other, unknown } = contract.tenancy!;
  const inContext = tenantIn(contract, context);
  // The row a tenant that does not exist writes is its own; everybody else tries to write a row of `own`.
  const tenant = {
    column,
    own,
    text: context === 'unknown-tenant' ? unknown : own,
    target: inContext === other ? own : other,
  };
  const isOwn =
    inContext === undefined
      ? 'false'
      : `${quoteIdentifier(column)}::text is not distinct from ${quoteLiteral(inContext)}`;
  return tenantCommandsOn(shape, column).map((command) => {
    const [access] = privilegesOf(command);
    const unproven = missingRows(shape, access);
    // What may be locked is another policy's to say than what may be read.
    const lock = command === 'SELECT FOR UPDATE' ? ' for update' : '';
    const rowsOf = {
      own: `select 1 from ${table} where ${isOwn}`,
      foreign: `select 1 from ${table} where not (${isOwn})${lock}`,
    };
    return {
      identity,
      object: table,
      command,
      access,
      context,
      ...statementFor(command, table, shape, tenant),
      rowsOf: access === 'INSERT' ? undefined : rowsOf,
      ...(unproven === undefined ? {} : { unproven }),
    };
  });
}

/** The tenant that a context stands for, if any. */
function tenantIn({ tenancy }: ParsedContract, context: ContextName): string | undefined {
  const { own, other, unknown } = tenancy!;
  return { 'own-tenant': own, 'other-tenant': other, 'reused-by-other-tenant': other, 'unknown-tenant': unknown }[
    context as string
  ];
}

function missingRows({ tenants }: Partial<TableShape> = {}, access: string): string | undefined {
  if (tenants?.own === 0) {
    return access === 'INSERT' ? 'there is no row of tenancy.own to copy' : 'there is no row of tenancy.own';
  }
  return tenants?.other === 0 && access !== 'INSERT' ? 'there is no row of tenancy.other to hide' : undefined;
}

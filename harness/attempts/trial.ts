import type { ContextName, ParsedContract } from '../contract/contract.ts';
import { contractedObjects, identitiesOf, isTenantIsolated } from '../contract/declared.ts';
import { quoteIdentifier, quoteLiteral } from '../postgres/quote.ts';
import { callOfAbsent, type RoutineCalls } from './routines.ts';
import {
  commandsOn,
  privilegesOf,
  statementFor,
  tenantCommandsOn,
  type Command,
  type Statement,
  type StatementTenant,
} from './statements.ts';
import type { TableShape } from './table-shape.ts';
import { contextsOf } from './tenant-context.ts';

/** A statement to be tried as a login, in a tenant context. */
export interface Trial extends Statement {
  identity: string;
  object: string;
  command: string;
  access: string;
  context: ContextName | 'none';
  /** Where the trial reaches rows of tenants: how many the context's tenant has, and a query for those of others. */
  rowsOf: { own: number; foreign: string } | undefined;
  /** Why the rows it needs are not there. */
  unproven?: string;
  /** Where a constraint stops the control: the same with a row that no constraint stops, one way after the other. */
  otherControls?: readonly OtherControl[];
  /** Takes away the row that an inserted copy may collide with. */
  room?: string;
}

/** A control that first makes room for itself. */
export interface OtherControl {
  first: readonly string[];
  sql: string;
}

/** Whether a trial, or its attempt, changes rows. */
export function isWrite({ access }: Pick<Trial, 'access'>): boolean {
  return access === 'INSERT' || access === 'UPDATE' || access === 'DELETE';
}

/** Every trial the contract asks for: all commands on all tables in all contexts, and every function, as every login. */
export function trialsOf(
  contract: ParsedContract,
  shapes: ReadonlyMap<string, TableShape>,
  routines: RoutineCalls = new Map(),
): Trial[] {
  const sayings = new Map<string, Saying>();
  return identitiesOf(contract, 'login').flatMap((identity) =>
    contractedObjects(contract).flatMap(({ kind, object, entry }): Trial[] => {
      if (kind === 'function') {
        const call = routines.get(object);
        if (call === null) {
          return [];
        }
        const sql = entry.call ?? call ?? callOfAbsent(object);
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
        ? contextsOf(contract).flatMap((context) => isolatedTrials(contract, identity, object, shape, context, sayings))
        : commandsOn(shape).map((command) => ({
            identity,
            object,
            command,
            access: command,
            // A view over tenants' tables shows rows to a session that says who it is.
            context: contract.tenancy !== undefined && shape?.is_view === true ? 'own-tenant' : 'none',
            ...statementFor(command, object, shape),
            rowsOf: undefined,
            ...waysPast(command, object, shape, ''),
          }));
    }),
  );
}

/** Row security may be about something else than tenants: then the table has no such column. */
function hasTenants({ tenancy }: ParsedContract, shape: TableShape | undefined): boolean {
  return shape === undefined || shape.columns.some(({ name }) => name === tenancy!.column);
}

/** What a trial says, whoever says it and in whichever of the contexts that stand for one tenant. */
type Saying = Omit<Trial, 'identity' | 'context' | 'rowsOf'> & { foreign: string };

function isolatedTrials(
  contract: ParsedContract,
  identity: string,
  table: string,
  shape: TableShape | undefined,
  context: ContextName,
  sayings: Map<string, Saying>,
): Trial[] {
  const tenant = tenantIn(contract, context);
  return tenantCommandsOn(shape, contract.tenancy!.column, context).map((command) => {
    // Made once: a large schema has tens of thousands of trials and a few statements each table.
    const key = JSON.stringify([table, command, tenant]);
    const saying = sayings.get(key) ?? sayingOf(contract, table, shape, command, tenant);
    sayings.set(key, saying);
    const { foreign, ...trial } = saying;
    return {
      identity,
      context,
      ...trial,
      rowsOf: trial.access === 'INSERT' ? undefined : { own: ownRows(shape, context), foreign },
    };
  });
}

function sayingOf(
  contract: ParsedContract,
  table: string,
  shape: TableShape | undefined,
  command: Command,
  inContext: string | undefined,
): Saying {
  const { column, own, other, unknown } = contract.tenancy!;
  // The row a tenant that does not exist writes is its own; everybody else tries to write a row of `own`.
  const tenant = {
    column,
    own,
    text: inContext === unknown ? unknown : own,
    target: inContext === other ? own : other,
  };
  const isOwn =
    inContext === undefined
      ? 'false'
      : `${quoteIdentifier(column)}::text is not distinct from ${quoteLiteral(inContext)}`;
  const [access] = privilegesOf(command);
  const unproven = missingRows(shape, access);
  // What may be locked is another policy's to say than what may be read.
  const lock = command === 'SELECT FOR UPDATE' ? ' for update' : '';
  const statement = statementFor(command, table, shape, tenant);
  return {
    object: table,
    command,
    access,
    ...statement,
    ...waysPast(access, table, shape, statement.sql, tenant),
    foreign: `select 1 from ${table} where not (${isOwn})${lock}`,
    ...(unproven === undefined ? {} : { unproven }),
  };
}

/** Ways past a constraint: a row that nothing refers to, or the place of the row that a copied one collides with. */
function waysPast(
  access: string,
  table: string,
  shape: TableShape | undefined,
  sql: string,
  tenant?: StatementTenant,
): Pick<Trial, 'otherControls' | 'room'> {
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

/** How many rows the tenant has that a context stands for. */
function ownRows({ tenants }: Partial<TableShape> = {}, context: ContextName): number {
  switch (context) {
    case 'own-tenant':
      return tenants?.own ?? 0;
    case 'other-tenant':
    case 'reused-by-other-tenant':
      return tenants?.other ?? 0;
    case 'unknown-tenant':
      return tenants?.unknown ?? 0;
    default:
      return 0;
  }
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

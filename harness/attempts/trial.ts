import type { SqlName } from '../common/sql.ts';
import type { ContextName, ParsedContract } from '../contract/contract.ts';
import { contractedObjects, columnsIn, inheritedPrivileges, isTenantIsolated } from '../contract/declared.ts';
import { isTenant, wholeTenantOf } from '../contract/rows.ts';
import { sessionsOf, tenantsOf, type ContractSession, type Tenants } from '../contract/sessions.ts';
import { movedSequences, usableIn, type ColumnGrants, type UsableColumns } from './column-grants.ts';
import { expectedRows, type ExpectedRows, type Reader } from './expected-rows.ts';
import { missingRows } from './missing-rows.ts';
import { sessionFormOf } from './session-form.ts';
import { partsOf, type ContextRecord } from './session-parts.ts';
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
import { isForeignTo, statementTenant } from './statement-tenant.ts';
import type { TableShape } from './table-shape.ts';
import { otherStatements } from './other-statements.ts';
import { rowByRow, waysPast, writtenFor, type WaysPast } from './ways-past.ts';
import { contextsOf, contextsOn } from './tenant-context.ts';

/** A statement to be tried in a session of a login, in a tenant context. */
export interface Trial extends Statement, WaysPast {
  /** Whose privileges are used: the role that the session assumes, otherwise the login. */
  identity: string;
  session: ContractSession;
  object: SqlName;
  command: string;
  access: string;
  context: ContextName | 'none';
  /** The rows that it may reach as a tenant; undefined if the object has no rows of tenants. */
  rowsOf: ((record: ContextRecord | null) => ExpectedRows | undefined) | undefined;
  /** Whether a row that it writes does not belong to a session with a partial tenant; absent if the context alone decides. */
  writesForeign?: (record: ContextRecord | null) => boolean;
  /** Whether all rows of the table belong to one tenant. `writesForeign` then says who owns a written row. @default false */
  isOneTenants?: boolean;
  /** Why the rows that it needs are missing. */
  unproven?: string;
}

/** Whether a trial, or its attempt, changes rows. */
export function isWrite({ access }: Pick<Trial, 'access'>): boolean {
  return access === 'INSERT' || access === 'UPDATE' || access === 'DELETE';
}

/** Every trial that the contract requires: all commands on all tables in all contexts, and every function, in every session. */
export function trialsOf(
  contract: ParsedContract,
  shapes: ReadonlyMap<string, TableShape>,
  routines: RoutineCalls = new Map(),
  columns?: ColumnGrants,
): Trial[] {
  const tenants = tenantsOf(contract);
  const made = nothingMade(columns);
  return sessionsOf(contract).flatMap((session) => {
    const { identity } = session;
    const contexts =
      tenants === undefined ? [] : contextsOf(contract, session, sessionFormOf(contract, session), tenants);
    return contractedObjects(contract).flatMap(({ kind, object, entry }): Trial[] => {
      if (kind === 'function') {
        const call = routines.get(object);
        if (call === null) {
          return [];
        }
        const sql = entry.call ?? call ?? callOfAbsent(object);
        return [
          {
            identity,
            session,
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
      return tenants !== undefined && hasTenants(contract, object, shape)
        ? contextsOn(contract, object, session, contexts).flatMap((context) =>
            isolatedTrials(contract, tenants, session, object, shape, context, made),
          )
        : commandsOn(shape)
            .filter(
              (command) => command !== 'INSERT' || movedSequences(shape, columns?.of(identity, object)).length === 0,
            )
            .map((command) => ({
              identity,
              session,
              object,
              command,
              access: command,
              // A view over tenants' tables shows rows only to a session with a tenant.
              context: shape?.is_view === true && contexts.includes('own-tenant') ? 'own-tenant' : 'none',
              ...statementFor(command, object, shape, undefined, columns?.of(identity, object)),
              rowsOf: undefined,
              ...waysPast(command, object, shape, ''),
            }));
    });
  });
}

/**
 * Whether rows belong to tenants. Row security may serve another purpose; the contract then does not say who owns the rows. A
 * view follows its tables.
 */
function hasTenants(contract: ParsedContract, object: string, shape: TableShape | undefined): boolean {
  return shape === undefined ? isTenantIsolated(contract, object) : shape.rows !== undefined;
}

/** The part of a trial that does not depend on the session, nor on which of the contexts that write for one tenant it is. */
type Saying = Omit<Trial, 'identity' | 'session' | 'context' | 'rowsOf'>;

/** A cache: a large schema has tens of thousands of trials and only a few statements for each table. */
interface Made {
  columns: ColumnGrants | undefined;
  sayings: Map<string, Saying>;
  rows: Map<string, Trial['rowsOf']>;
}

/** An empty cache, for statements of shapes that are not known yet. */
export function nothingMade(columns: ColumnGrants | undefined): Made {
  return { columns, sayings: new Map(), rows: new Map() };
}

/** The trials of a session on a table of tenants in one context. */
export function isolatedTrials(
  contract: ParsedContract,
  tenants: Tenants,
  session: ContractSession,
  table: SqlName,
  shape: TableShape | undefined,
  context: ContextName,
  made: Made,
): Trial[] {
  const { identity } = session;
  const tenant = statementTenant(contract, tenants, shape, context);
  const whole = wholeTenantOf(contract, table);
  const kept = shape?.kept ?? (tenant === undefined ? [] : [tenant.column]);
  const usable = usableIn(context, made.columns?.of(identity, table), kept);
  return (
    tenantCommandsOn(shape, tenant?.column, context)
      // A row of a tenant that does not exist can be written only if a column says who owns it.
      .filter(
        (command) =>
          privilegesOf(command)[0] !== 'INSERT' ||
          ((context !== 'unknown-tenant' || shape?.rows === undefined || shape.rows.kind === 'column') &&
            movedSequences(shape, made.columns?.of(identity, table)).length === 0),
      )
      .flatMap((command) => {
        const adds = privilegesOf(command)[0] === 'INSERT';
        const parts = adds ? partsOf(contract, tenants, session, table, context) : undefined;
        const writesForeign = (record: ContextRecord | null) =>
          whole === undefined
            ? isForeignTo(shape, tenants, record, identity)
            : session.sees !== 'all' && !isTenant(whole, tenants, record);
        // The contract does not always say who owns the copied row for a partial tenant.
        if (parts !== undefined && !parts.some(writesForeign)) {
          return [];
        }
        const saying = once(made.sayings, [table, command, tenant?.text, tenant?.target, usable], () =>
          sayingOf(contract, table, shape, command, tenant, usable),
        );
        const rowsOf = once(made.rows, [table, command, identity, session.sees], () =>
          rowsFor(contract, session, table, shape, command),
        );
        const isOneTenants = adds && whole !== undefined;
        return [
          {
            ...{ identity, session, context, ...saying, rowsOf },
            ...(isOneTenants || parts !== undefined ? { writesForeign } : {}),
            ...(isOneTenants ? { isOneTenants } : {}),
          },
        ];
      })
  );
}

function once<T>(made: Map<string, T>, of: readonly unknown[], make: () => T): T {
  const key = JSON.stringify(of);
  if (!made.has(key)) {
    made.set(key, make());
  }
  return made.get(key)!;
}

/** Commands whose statement can end with a condition. */
const takesCondition: ReadonlySet<Command> = new Set<Command>(['UPDATE', 'UPDATE re-home', 'DELETE']);

function sayingOf(
  contract: ParsedContract,
  table: SqlName,
  shape: TableShape | undefined,
  command: Command,
  tenant: StatementTenant | undefined,
  usable: UsableColumns | undefined,
): Saying {
  const [access] = privilegesOf(command);
  const unproven = missingRows(contract, table, shape, access);
  // If no single column says who owns a row, a copied row belongs to the owner of the original.
  const writer = shape?.rows === undefined || shape.rows.kind === 'column' ? tenant : undefined;
  const whose = command === 'UPDATE re-home' ? tenant : writer;
  const statement = statementFor(command, table, shape, whose, usable);
  const written = access === 'INSERT' ? writtenFor(table, shape, writer, usable) : undefined;
  const rehomed =
    command === 'UPDATE re-home' ? { column: tenant!.column, text: tenant!.target ?? tenant!.text } : undefined;
  return {
    object: table,
    command,
    access,
    ...statement,
    ...waysPast(access, table, shape, statement.sql, writer),
    // Computed only if a trigger requires it, which is rare.
    otherStatements: () => otherStatements(command, table, shape, whose, usable),
    ...(takesCondition.has(command) ? { rowByRow: () => rowByRow(table, shape, statement.sql, rehomed) } : {}),
    ...(written === undefined ? {} : { written }),
    ...(unproven === undefined ? {} : { unproven }),
  };
}

/** The rows that a command may reach, asked once for every session that runs it; undefined for a command that only adds rows. */
function rowsFor(
  contract: ParsedContract,
  { identity, sees }: ContractSession,
  table: SqlName,
  shape: TableShape | undefined,
  command: Command,
): Trial['rowsOf'] {
  const [access] = privilegesOf(command);
  if (access === 'INSERT') {
    return undefined;
  }
  const granted = inheritedPrivileges(contract, identity, table);
  const reader: Reader = {
    table,
    identity,
    reads: access === 'SELECT',
    lock: command === 'SELECT FOR UPDATE' ? ' for update' : '',
    columns: granted.has('SELECT') ? undefined : columnsIn(granted, 'SELECT'),
    sees: sees === 'all' ? 'all' : 'whose',
  };
  const asked = new Map<string, ExpectedRows | undefined>();
  return (record) => once(asked, [record], () => expectedRows(shape, record, reader));
}

import { joined, sql, type RawName, type SqlName, type SqlText } from '../common/sql.ts';
import type { ContextName } from '../contract/contract.ts';
import { quoteIdentifier } from '../postgres/quote.ts';
import { insertStatement, plain, type Statement, type StatementTenant } from './insert-statement.ts';
import type { UsableColumns } from './column-grants.ts';
import type { TableShape } from './table-shape.ts';
import { rehomeStatement, settableOf, updateStatement } from './update-statement.ts';
import { arbiterOf, upsertStatement } from './upsert-statement.ts';

export type { Statement, StatementTenant } from './insert-statement.ts';

/** The statements tried on every table. */
export const commands = ['SELECT', 'INSERT', 'UPDATE', 'DELETE'] as const;

const doNothing = 'INSERT ON CONFLICT DO NOTHING';
const doUpdate = 'INSERT ON CONFLICT DO UPDATE';

/** All statements, in the order a reader expects: those tried on a tenant-isolated table. */
export const tenantCommands = [
  'SELECT',
  'SELECT FOR UPDATE',
  'COPY TO',
  'INSERT',
  'INSERT RETURNING',
  doNothing,
  doUpdate,
  'COPY FROM',
  'MERGE INSERT',
  'UPDATE',
  'UPDATE re-home',
  'MERGE UPDATE',
  'DELETE',
  'MERGE DELETE',
] as const;
export type Command = (typeof tenantCommands)[number];

const needed: Record<Command, readonly [string, ...string[]]> = {
  SELECT: ['SELECT'],
  'SELECT FOR UPDATE': ['SELECT', 'UPDATE'],
  'COPY TO': ['SELECT'],
  INSERT: ['INSERT'],
  'INSERT RETURNING': ['INSERT', 'SELECT'],
  [doNothing]: ['INSERT'],
  [doUpdate]: ['INSERT', 'UPDATE', 'SELECT'],
  'COPY FROM': ['INSERT'],
  'MERGE INSERT': ['INSERT'],
  UPDATE: ['UPDATE'],
  'UPDATE re-home': ['UPDATE'],
  'MERGE UPDATE': ['UPDATE', 'SELECT'],
  DELETE: ['DELETE'],
  'MERGE DELETE': ['DELETE', 'SELECT'],
};

/** The privileges that a command needs, the one that names it first. Any other command is a privilege itself, such as EXECUTE. */
export function privilegesOf(command: string): readonly [string, ...string[]] {
  return Object.hasOwn(needed, command) ? needed[command as Command] : [command];
}

const bits: Record<string, number> = { SELECT: 0, UPDATE: 4, INSERT: 8, DELETE: 16 };

/** The commands that a relation accepts. A materialized view is only read. */
export function commandsOn(shape: TableShape | undefined): readonly (typeof commands)[number][] {
  return commands.filter((command) => takes(shape, command));
}

/**
 * The commands tried on a tenant-isolated table. Without a key to name or a column to set there are fewer. Hostile values need
 * only the plain commands: if no policy lets the value through there, none does elsewhere.
 */
export function tenantCommandsOn(
  shape: TableShape | undefined,
  column: string | undefined,
  context?: ContextName,
): readonly Command[] {
  return commandsIn(context).filter(
    (command) =>
      takes(shape, command) &&
      (!command.startsWith('MERGE') || shape?.merges === true) &&
      // The server copies rows into no view, whoever asks.
      (command !== 'COPY FROM' || shape?.is_view !== true) &&
      (command !== doUpdate || (arbiterOf(shape) !== undefined && settableOf(shape, column) !== undefined)) &&
      (command !== 'UPDATE re-home' ||
        (column !== undefined && shape?.columns.find(({ name }) => name === column)?.generated !== true)),
  );
}

function commandsIn(context: ContextName | undefined): readonly Command[] {
  switch (context) {
    case 'hostile':
    case 'after-reset-role':
    case 'partly-set':
    case 'mixed':
      return commands;
    // A session that sees every row has no tenant to take a row from.
    case 'sees-all':
      return tenantCommands.filter((command) => command !== 'UPDATE re-home');
    default:
      return tenantCommands;
  }
}

function takes({ updatable = 28 }: Partial<TableShape> = {}, command: Command): boolean {
  return privilegesOf(command).every((privilege) => (updatable & bits[privilege]!) === bits[privilege]);
}

/**
 * The smallest statement of `command` on the whole table. It reads no column that it does not need, so that each privilege is
 * tried alone. `tenant` is the owner of an inserted row. If a privilege is held only on columns, the statement uses those: the
 * denial of another column would prove nothing about them.
 */
export function statementFor(
  command: Command,
  table: SqlName,
  shape: TableShape | undefined,
  tenant?: StatementTenant,
  usable: UsableColumns = {},
): Statement {
  const read = readOf(shape, tenant?.column, usable.SELECT);
  switch (command) {
    case 'SELECT':
      return plain(sql`select 1 from ${table}`);
    case 'SELECT FOR UPDATE':
      return plain(sql`select 1 from ${table} for update`);
    case 'COPY TO':
      return plain(copyOut(table, shape, usable.SELECT));
    case 'DELETE':
      return plain(sql`delete from ${table}`);
    case 'UPDATE':
      return updateStatement(table, shape, tenant?.column, usable.UPDATE);
    case 'UPDATE re-home':
      return rehomeStatement(table, shape, tenant!);
    case 'INSERT':
      return insertStatement(table, shape, tenant, { only: usable.INSERT });
    case 'INSERT RETURNING':
      // It reads a column: only then does the policy for SELECT apply.
      return insertStatement(table, shape, tenant, {
        tail: sql` returning ${quoteIdentifier(read)}`,
        only: usable.INSERT,
      });
    case 'INSERT ON CONFLICT DO NOTHING':
      return insertStatement(table, shape, tenant, { tail: ' on conflict do nothing', only: usable.INSERT });
    case 'INSERT ON CONFLICT DO UPDATE':
      return upsertStatement(table, shape!, tenant, usable);
    case 'COPY FROM':
      return insertStatement(table, shape, tenant, { copy: true, only: usable.INSERT });
    case 'MERGE INSERT':
      return insertStatement(table, shape, tenant, { merge: true, only: usable.INSERT });
    case 'MERGE UPDATE':
      return mergeStatement(table, read, updateStatement('', shape, tenant?.column, usable.UPDATE));
    case 'MERGE DELETE':
      return mergeStatement(table, read, plain('delete'));
  }
}

/**
 * MERGE of each visible row with a row that does not exist. It reads a column, so that the policies for SELECT decide which rows
 * are visible. A visible row that the policy of the action hides raises an error instead of being skipped
 * (WCO_RLS_MERGE_UPDATE_CHECK in rowsecurity.c). DO NOTHING shows nothing more than SELECT.
 */
function mergeStatement(table: SqlName, read: RawName, { sql: action, shown }: Statement): Statement {
  const column = quoteIdentifier(read);
  const merge = (what: SqlText) =>
    sql`merge into ${table} as t using (values (1)) as s (x) on t.${column} is not distinct from t.${column} when matched then ${what}`;
  return { sql: merge(action), shown: merge(shown) };
}

function copyOut(table: SqlName, shape: TableShape | undefined, only: readonly RawName[] | undefined): SqlText {
  const columns = only === undefined ? undefined : joined(only.map(quoteIdentifier));
  return shape?.partitioned === true || shape?.is_view === true
    ? sql`copy (select ${columns ?? '*'} from ${table}) to stdout`
    : sql`copy ${table}${columns === undefined ? '' : sql` (${columns})`} to stdout`;
}

/** A column that can be read: the tenant's, otherwise the first. */
function readOf(
  shape: TableShape | undefined,
  tenantColumn: RawName | undefined,
  only: readonly RawName[] | undefined,
): RawName {
  const column = tenantColumn ?? shape?.columns[0]?.name ?? 'id';
  return only === undefined || only.includes(column) ? column : only[0]!;
}

import type { SqlName } from '../common/sql.ts';
import type { DraftTable } from './objects.ts';
import type { PolicyReader, PolicyReading } from './sources.ts';
import type { TableColumns } from './tables.ts';
import { sessionsOf, valueNames, type DraftSessions, type SettingSource, type Way } from './sessions.ts';
import { tenantValues, type TenantValues } from './tenant-values.ts';

/** Columns that hold a value of the tenant: by table and column, the value's name. */
export type TenantColumns = ReadonlyMap<SqlName, ReadonlyMap<string, string>>;

/** The names of the values in columns. */
export function valueNamesOf(columns: TenantColumns): string[] {
  return [...new Set([...columns.values()].flatMap((names) => [...names.values()]))];
}

/** How a session becomes a tenant, as far as the policies show, and who owns the rows of each table. */
export interface DraftTenancy {
  tenancy?: {
    setting?: string;
    session?: string[];
    column?: string;
    own: TenantValues | string;
    other: TenantValues | string;
    unknown: TenantValues | string;
    invalid?: TenantValues | string;
  };
  sessions: DraftSessions;
  /** Rows and open rows by table. */
  rows: Map<SqlName, { rows?: DraftTable['rows']; open?: string }>;
  tenantColumns: TenantColumns;
  unsure: string[];
}

/** Reads the tenancy model from policies: a setting that equals a column, keys of a JSON setting, parents. */
export function draftTenancy(
  tables: Readonly<Record<SqlName, DraftTable>>,
  columns: ReadonlyMap<SqlName, TableColumns>,
  reader: PolicyReader,
  {
    ways,
    person,
    known = new Set(),
  }: { ways: readonly Way[]; person?: string | undefined; known?: ReadonlySet<SqlName> | undefined },
): DraftTenancy {
  const secured = Object.entries(tables).filter(([, { row_security }]) => row_security !== undefined);
  const readings = new Map(secured.map(([name, table]) => [name, readingsOf(table, reader)]));
  const unsure: string[] = [];
  const equalities = [...readings].flatMap(([table, all]) =>
    all.flatMap(({ reading }) => (reading?.equalities ?? []).map((equality) => ({ table, ...equality }))),
  );
  const bySetting = equalities.flatMap(({ table, column, source }) =>
    'setting' in source && columns.get(table)?.columns.some(({ name }) => name === column) === true
      ? [{ table, column, source }]
      : [],
  );
  if (equalities.some(({ source }) => 'role' in source)) {
    unsure.push(
      'Policies ask current_user: a login per tenant. Write sessions with login: "{user}" by hand (docs/sessions-and-rows.md).',
    );
  }
  const sources = [...new Map(bySetting.map(({ source }) => [JSON.stringify(source), source])).values()];
  const rows: DraftTenancy['rows'] = new Map();
  const tenantColumns = new Map<SqlName, Map<string, string>>();
  if (sources.length === 0) {
    const untold = secured.map(([name]) => name).filter((name) => !known.has(name));
    if (untold.length > 0) {
      unsure.push(
        `No policy compares a column with a setting: whose the rows of ${untold.join(', ')} are is not told.`,
      );
    }
    return { sessions: {}, rows, tenantColumns, unsure };
  }
  const names = valueNames(sources, person);
  for (const { table, column, source } of bySetting) {
    const known = tenantColumns.get(table) ?? new Map<string, string>();
    tenantColumns.set(table, known.set(column, names.get(JSON.stringify(source))!));
  }
  const typeOf = (table: SqlName, name: string) =>
    columns.get(table)?.columns.find((column) => column.name === name)?.type;
  const type = (name: string) => {
    const at = bySetting.find(({ source }) => names.get(JSON.stringify(source)) === name)!;
    return typeOf(at.table, at.column)!;
  };
  const values = tenantValues(new Map([...names.values()].map((name) => [name, type(name)])));
  const isShort = person === undefined && sources.length === 1 && sources[0]!.key === undefined;
  const mainColumn = mostFrequent(bySetting.map(({ column }) => column));
  for (const [table] of secured) {
    const told = rowsOf(table, { readings: readings.get(table)!, bySetting, names, isShort, mainColumn });
    rows.set(table, told);
  }
  addParents(rows, columns, { readings, mainColumn, bySetting, known, unsure });
  if (isShort) {
    const [name] = [...names.values()];
    // In the short form every table with that column belongs to the tenants, whether a policy says so or not.
    for (const table of columns.keys()) {
      if (!tenantColumns.has(table) && typeOf(table, mainColumn) === type(name!)) {
        tenantColumns.set(table, new Map([[mainColumn, name!]]));
      }
    }
    const plain = (record: TenantValues) => record[name!]!;
    return {
      tenancy: {
        setting: sources[0]!.setting,
        column: mainColumn,
        own: plain(values.own),
        other: plain(values.other),
        unknown: plain(values.unknown),
        ...(values.invalid === undefined ? {} : { invalid: plain(values.invalid) }),
      },
      sessions: {},
      rows,
      tenantColumns,
      unsure,
    };
  }
  if (person !== undefined) {
    return { tenancy: values, sessions: {}, rows, tenantColumns, unsure };
  }
  const sessions = sessionsOf(sources, names, ways);
  if (Object.keys(sessions).length === 0) {
    unsure.push('No login reaches the tables with row security, by itself or by SET ROLE: no session was drafted.');
    return { sessions, rows: new Map(), tenantColumns, unsure };
  }
  return { tenancy: { session: Object.keys(sessions), ...values }, sessions, rows, tenantColumns, unsure };
}

interface ReadPolicy {
  expression: string;
  permissive: boolean;
  command: string;
  reading: PolicyReading | undefined;
}

function readingsOf({ policies = {} }: DraftTable, reader: PolicyReader): ReadPolicy[] {
  return Object.values(policies).flatMap(({ using, check, permissive, command = 'ALL' }) => {
    const expression = using ?? check;
    return expression === undefined
      ? []
      : [{ expression, permissive: permissive !== false, command, reading: reader.read(expression) }];
  });
}

function rowsOf(
  table: SqlName,
  {
    readings,
    bySetting,
    names,
    isShort,
    mainColumn,
  }: {
    readings: readonly ReadPolicy[];
    bySetting: readonly { table: SqlName; column: string; source: SettingSource }[];
    names: ReadonlyMap<string, string>;
    isShort: boolean;
    mainColumn: string;
  },
): { rows?: DraftTable['rows']; open?: string } {
  const mine = bySetting.find((one) => one.table === table);
  const reads = readings.filter(({ permissive, command }) => permissive && (command === 'ALL' || command === 'SELECT'));
  if (reads.some(({ expression }) => expression === 'true') && mine === undefined) {
    return { rows: 'all' };
  }
  // A condition that opens rows on purpose reads the row. A policy that opens everything, besides one on tenants, is not
  // intended.
  const openArms = reads.filter(
    ({ expression, reading }) =>
      expression !== 'true' && reading !== undefined && !reading.asksSession && !reading.hasSubquery,
  );
  const open = openArms.length === 0 ? {} : { open: openArms.map(({ expression }) => expression).join(' or ') };
  if (mine === undefined) {
    return open;
  }
  const name = names.get(JSON.stringify(mine.source))!;
  if (isShort && mine.column === mainColumn) {
    return open;
  }
  return { rows: { column: mine.column, ...(isShort || name === mine.column ? {} : { is: name }) }, ...open };
}

/** If a table's policy reads another table whose owners of rows are known, its rows belong to the owners of those rows. */
function addParents(
  rows: DraftTenancy['rows'],
  columns: ReadonlyMap<SqlName, TableColumns>,
  {
    readings,
    mainColumn,
    bySetting,
    known,
    unsure,
  }: {
    readings: ReadonlyMap<SqlName, readonly ReadPolicy[]>;
    mainColumn: string;
    bySetting: readonly { table: SqlName }[];
    /** Tables for which the platform says it. */
    known: ReadonlySet<SqlName>;
    unsure: string[];
  },
): void {
  const hasColumn = (table: SqlName) => columns.get(table)?.columns.some(({ name }) => name === mainColumn) === true;
  const told = new Set(bySetting.map(({ table }) => table));
  const asks = [...readings].filter(
    ([table, all]) => !told.has(table) && all.some(({ reading }) => reading?.hasSubquery),
  );
  for (let found = true; found;) {
    found = false;
    for (const [table, all] of asks.filter(([name]) => !told.has(name))) {
      const keys = (columns.get(table)?.foreignKeys ?? []).filter((key) => key.parent !== table);
      // A policy reads the parent by the key that it names. Another key may lead to a row that it does not read.
      const named = keys.filter((key) =>
        key.columns.every((column) => all.some(({ reading }) => reading?.columns.has(column) === true)),
      );
      const parent = (named.length > 0 ? named : keys).find((key) => told.has(key.parent));
      if (parent !== undefined) {
        const [only, ...more] = parent.columns;
        rows.set(table, { ...rows.get(table), rows: { via: more.length === 0 ? only! : [...parent.columns] } });
        told.add(table);
        found = true;
      }
    }
  }
  const untold = [...readings.keys()].filter(
    (table) => !told.has(table) && rows.get(table)?.rows === undefined && !hasColumn(table) && !known.has(table),
  );
  if (untold.length > 0) {
    unsure.push(`Whose the rows of ${untold.join(', ')} are was not understood: write \`rows\` for them.`);
  }
}

function mostFrequent(words: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const word of words) {
    counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return [...counts].toSorted(([, a], [, b]) => b - a)[0]![0];
}

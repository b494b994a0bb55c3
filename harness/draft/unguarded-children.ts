import { byCodeUnit } from '../common/order.ts';
import type { RoleName, SqlName } from '../common/sql.ts';
import { listed } from '../common/text.ts';
import type { DraftTable } from './objects.ts';
import { withKeys } from './seed-order.ts';
import type { TableColumns } from './tables.ts';
import type { DraftTenancy } from './tenancy.ts';

type Rows = { column: string; is?: string } | { via: string | string[] };

/** Who owns the rows of tables without row security, and remarks about those that somebody reads. */
export interface UnguardedChildren {
  rows: Map<SqlName, { rows: Rows }>;
  unsure: string[];
  /** All of these tables, whether anybody reads them or not. */
  children: ReadonlySet<SqlName>;
}

/**
 * Tables without row security that refer to tenants' rows by a foreign key, and that `readers` reach. A NOT NULL key says who
 * owns a row. A nullable one does not for certain, and is only reported. Pure.
 */
export function unguardedChildren(
  tables: Readonly<Record<SqlName, DraftTable>>,
  columns: ReadonlyMap<SqlName, TableColumns>,
  told: Pick<DraftTenancy, 'tenancy' | 'rows' | 'tenantColumns'>,
  readers: ReadonlyMap<SqlName, ReadonlySet<RoleName>>,
): UnguardedChildren {
  if (told.tenancy === undefined) {
    return { rows: new Map(), unsure: [], children: new Set() };
  }
  const values = withKeys(columns, told.tenantColumns);
  const isShort = typeof told.tenancy.own === 'string';
  const hasRows = (table: SqlName) => typeof told.rows.get(table)?.rows === 'object' || told.tenantColumns.has(table);
  const open = Object.keys(tables).filter((name) => tables[name]!.row_security === undefined && !hasRows(name));
  const found = new Map<SqlName, Child>();
  const hangOn = (isParent: (table: SqlName) => boolean) =>
    open.flatMap((table): Child[] => {
      const child = found.has(table) ? undefined : childOf(columns.get(table), { isParent, values, isShort });
      return child === undefined ? [] : [child];
    });
  for (;;) {
    const more = hangOn((table) => hasRows(table) || found.get(table)?.isCertain === true);
    // A nullable key is followed if no NOT NULL key leads anywhere.
    const certain = more.filter(({ isCertain }) => isCertain);
    for (const child of certain.length > 0 ? certain : more) {
      found.set(child.table, child);
    }
    if (more.length === 0) {
      break;
    }
  }
  const reached = [...found.values()]
    .filter(({ table }) => readers.has(table))
    .toSorted((a, b) => byCodeUnit(a.table, b.table));
  const rows: UnguardedChildren['rows'] = new Map();
  const say = (child: Child | undefined): void => {
    if (child?.isCertain === true && !rows.has(child.table)) {
      rows.set(child.table, { rows: child.rows });
      say(found.get(child.parent));
    }
  };
  reached.forEach(say);
  return {
    rows,
    unsure: reached.map((child) => remark(child, [...readers.get(child.table)!])),
    children: new Set(found.keys()),
  };
}

interface Child {
  table: SqlName;
  parent: SqlName;
  key: readonly string[];
  rows: Rows;
  /** Whether each of its rows has the key. */
  isCertain: boolean;
}

function childOf(
  table: TableColumns | undefined,
  {
    isParent,
    values,
    isShort,
  }: {
    isParent: (table: SqlName) => boolean;
    values: ReturnType<typeof withKeys>;
    isShort: boolean;
  },
): Child | undefined {
  if (table === undefined) {
    return undefined;
  }
  const { table: name, columns, foreignKeys } = table;
  const children = foreignKeys.flatMap((key): Child[] => {
    const [only, ...more] = key.columns;
    const value = more.length === 0 ? values.get(name)?.get(only!) : undefined;
    if (key.parent === name || !(isParent(key.parent) || value !== undefined)) {
      return [];
    }
    const rows: Rows =
      value === undefined
        ? { via: more.length === 0 ? only! : [...key.columns] }
        : { column: only!, ...(isShort || value === only ? {} : { is: value }) };
    const isCertain = key.columns.every((one) =>
      columns.some(({ name: column, required }) => column === one && required),
    );
    return [{ table: name, parent: key.parent, key: key.columns, rows, isCertain }];
  });
  return children.find(({ isCertain }) => isCertain) ?? children[0];
}

/** The key of a contract as a remark quotes it: `` `rows: { via: order_id }` ``. */
export function rowsInWords(rows: Rows): string {
  const words = Object.entries(rows).map(
    ([word, said]) => `${word}: ${typeof said === 'string' ? said : `[${said.join(', ')}]`}`,
  );
  return `\`rows: { ${words.join(', ')} }\``;
}

function remark({ table, parent, key, rows, isCertain }: Child, readers: readonly RoleName[]): string {
  const whose = rowsInWords(rows);
  return [
    `${table} has no row-level security and refers by ${key.join(', ')} to ${parent}, whose rows are tenants’:`,
    `${listed(readers.toSorted(byCodeUnit))} may read everybody’s.`,
    `Enable it in a migration (${isCertain ? `the draft says ${whose}` : `and write ${whose}, if it is so`}), or say \`rows: all\`.`,
  ].join(' ');
}

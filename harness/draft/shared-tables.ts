import { by, byCodeUnit } from '../common/order.ts';
import type { RoleName, SqlName } from '../common/sql.ts';
import { grouped, listed } from '../common/text.ts';
import type { DraftTable } from './objects.ts';
import type { TableAccess } from './readers.ts';
import { withKeys } from './seed-order.ts';
import type { SeedColumn, TableColumns } from './tables.ts';
import type { DraftTenancy } from './tenancy.ts';
import { rowsInWords } from './unguarded-children.ts';

const writes = ['INSERT', 'UPDATE', 'DELETE', 'TRUNCATE'];

/** Who owns the rows of the tenants' own table, and remarks about it and about tables that belong to no tenant. */
export interface SharedTables {
  rows: Map<SqlName, { rows: { column: string; is?: string } }>;
  unsure: string[];
}

/**
 * Tables without row security that no row of a tenant owns: those of the tenants themselves, and those that a login may write
 * although all tenants share them. A directory of tenants is often public, so that a table of tenants gets `rows` only where
 * a login reads a secret in it or changes it. Pure.
 */
export function sharedTables(
  tables: Readonly<Record<SqlName, DraftTable>>,
  columns: ReadonlyMap<SqlName, TableColumns>,
  {
    told,
    children,
    access,
  }: {
    told: Pick<DraftTenancy, 'tenancy' | 'rows' | 'tenantColumns'>;
    /** Tables whose rows a foreign key gives to a tenant. */
    children: ReadonlySet<SqlName>;
    access: readonly TableAccess[];
  },
): SharedTables {
  if (told.tenancy === undefined) {
    return { rows: new Map(), unsure: [] };
  }
  const values = withKeys(columns, told.tenantColumns);
  const isShort = typeof told.tenancy.own === 'string';
  const open = [...columns.values()]
    .filter(({ table }) => tables[table] !== undefined && tables[table].row_security === undefined)
    .filter(({ table }) => !told.tenantColumns.has(table) && !told.rows.has(table) && !children.has(table))
    .toSorted(by(({ table }) => table));
  const ofTenants = open.flatMap((table) => {
    const [column, name] = [...(values.get(table.table) ?? [])][0] ?? [];
    const mine = access.filter((one) => one.table === table.table);
    return column === undefined
      ? []
      : reachedTenants(table, mine, { column, ...(isShort || name === column ? {} : { is: name! }) });
  });
  const written = open
    .filter(({ table }) => !values.has(table))
    .flatMap(({ table }) => {
      const by = access.filter((one) => one.table === table && writes.includes(one.privilege));
      return by.length === 0 ? [] : [`${table} (${writersIn(by)})`];
    });
  return {
    rows: new Map(ofTenants.flatMap(({ table, rows, isGrave }) => (isGrave ? [[table, { rows }] as const] : []))),
    unsure: [
      ...ofTenants.map(({ remark }) => remark),
      ...(written.length === 0
        ? []
        : [
            `${listed(written)} ${written.length === 1 ? 'has' : 'have'} no row-level security and no tenant: what a session writes there, it writes for every tenant. Revoke it in a migration, unless it is meant.`,
          ]),
    ],
  };
}

interface ReachedTenants {
  table: SqlName;
  rows: { column: string; is?: string };
  /** Whether `rows` is drafted without asking. */
  isGrave: boolean;
  remark: string;
}

/** The tenants' own table, if a login reads it whole or a secret in it. */
function reachedTenants(
  { table, columns }: TableColumns,
  access: readonly TableAccess[],
  rows: ReachedTenants['rows'],
): ReachedTenants[] {
  const looksSecret = new Set(
    columns.filter((one) => one.name !== rows.column && isSecret(one)).map(({ name }) => name),
  );
  const reads = access.filter(
    ({ privilege, column }) => privilege === 'SELECT' && (column === undefined || looksSecret.has(column)),
  );
  if (reads.length === 0) {
    return [];
  }
  const isWhole = reads.some(({ column }) => column === undefined);
  const secrets = [...looksSecret].filter((name) => isWhole || reads.some(({ column }) => column === name));
  const readers = sorted(reads.map(({ role }) => role));
  const writers = sorted(
    access.filter(({ privilege }) => privilege !== 'INSERT' && writes.includes(privilege)).map(({ role }) => role),
  );
  const isGrave = secrets.length > 0 || writers.length > 0;
  const whose = rowsInWords(rows);
  return [
    {
      table,
      rows,
      isGrave,
      remark: [
        `${table} has no row-level security and its ${rows.column} is the tenant:`,
        `${listed(readers)} may read every tenant’s row${secrets.length === 0 ? '' : `, with ${listed(secrets)}`}${writers.length === 0 ? '' : `; ${listed(writers)} may change it`}.`,
        isGrave
          ? `Enable it in a migration (the draft says ${whose}), or say \`rows: all\`.`
          : `Write \`rows: all\`, if that is meant, or ${whose}, and enable it in a migration.`,
      ].join(' '),
    },
  ];
}

/** Whether a column's name and type are those of a secret: `webhook_secret`, `apiKey`, `password_hash`; not `public_key`, nor a number or a date. */
function isSecret({ name, category }: Pick<SeedColumn, 'name' | 'category'>): boolean {
  const words = name
    .replaceAll(/(?<=[a-z])(?=[A-Z])/g, '_')
    .toLowerCase()
    .split(/[^a-z]+/);
  const isOne = words.some((word) => /^(?:secret|token|password|passwd|credential)s?$/.test(word));
  const isKey = words.length > 1 && /^(?:keys?|hash|salt)$/.test(words.at(-1)!) && !words.includes('public');
  return (isOne || isKey) && !['N', 'B', 'D', 'T', 'E'].includes(category);
}

function sorted(roles: readonly RoleName[]): RoleName[] {
  return [...new Set(roles)].toSorted(byCodeUnit);
}

/** `web: INSERT, UPDATE of rate; worker: DELETE`. */
function writersIn(access: readonly TableAccess[]): string {
  return grouped(access, ({ role }) => role)
    .map(({ key: role, items }) => {
      const words = writes.flatMap((privilege) => {
        const mine = items.filter((one) => one.privilege === privilege);
        const named = mine.flatMap(({ column }) => (column === undefined ? [] : [column])).toSorted(byCodeUnit);
        const isWhole = named.length < mine.length;
        return mine.length === 0 ? [] : [isWhole ? privilege : `${privilege} of ${listed(named)}`];
      });
      return `${role}: ${words.join(', ')}`;
    })
    .join('; ');
}

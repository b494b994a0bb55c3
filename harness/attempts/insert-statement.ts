import { joined, sql, type RawName, type SqlName, type SqlText } from '../common/sql.ts';
import { quoteIdentifier, quoteLiteral } from '../postgres/quote.ts';
import type { TableShape } from './table-shape.ts';

/** A statement with its values, and the same with `…` for each value: rows are copied, and a pack must not hold them. */
export interface Statement {
  sql: SqlText;
  shown: SqlText;
  /** What COPY … FROM STDIN is given. */
  input?: string;
  /** A statement that shows, as superuser, that this one works; absent if it is this one itself. */
  control?: SqlText;
}

/** The owner of an inserted row: the column, and its value. */
export interface InsertTenant {
  column: RawName;
  text: string;
}

/** The tenants of a statement: who owns an inserted row, whose row is copied, and to whom rows are moved. */
export interface StatementTenant extends InsertTenant {
  /** The tenant of the copied row. @default text */
  own?: string;
  /** The tenant that UPDATE re-home moves the rows to. @default text */
  target?: string;
}

/** A statement without values to hide. */
export function plain(statement: SqlText): Statement {
  return { sql: statement, shown: statement };
}

export interface InsertOptions {
  /** What follows the values. `shownTail` is the same without values. */
  tail?: SqlText;
  shownTail?: SqlText;
  /** Columns that keep the copied row's value, so that the row conflicts with it. */
  asItIs?: ReadonlySet<RawName>;
  /** As COPY … FROM STDIN. */
  copy?: boolean;
  /** As MERGE … WHEN NOT MATCHED. */
  merge?: boolean;
  /** The columns that the statement may name. @default all */
  only?: readonly RawName[] | undefined;
}

/** An INSERT of a copy of the seeded row that differs in its tenant and in the values that a unique key holds already. */
export function insertStatement(
  table: SqlName,
  shape: TableShape | undefined,
  tenant: InsertTenant | undefined,
  options: InsertOptions = {},
): Statement {
  const { tail = '', shownTail = tail, asItIs = new Set<RawName>(), copy = false, merge = false, only } = options;
  const into = merge
    ? sql`merge into ${table} using (values (1)) as s (x) on false when not matched then insert`
    : sql`insert into ${table}`;
  const row = new Map<RawName, { literal: SqlText; text: string | null }>();
  for (const { name, type, filled_by_server, generated } of shape?.columns ?? []) {
    // The default of the column is the context's tenant.
    const given = !filled_by_server || asItIs.has(name) || (name === tenant?.column && !generated);
    const { row: rowText, fresh: freshText } = shape!.text ?? { row: {}, fresh: {} };
    const fresh = asItIs.has(name) ? undefined : shape!.fresh[name];
    const literal = name === tenant?.column ? sql`${quoteLiteral(tenant.text)}::${type}` : (fresh ?? shape!.row[name]);
    const text =
      name === tenant?.column ? tenant.text : fresh === undefined ? (rowText[name] ?? null) : (freshText[name] ?? null);
    if ((given || fresh !== undefined) && literal !== undefined && (only?.includes(name) ?? true)) {
      row.set(name, { literal, text });
    }
  }
  const names = joined([...row.keys()].map(quoteIdentifier));
  if (copy) {
    const listed = names === '' ? '' : sql` (${names})`;
    return {
      ...plain(sql`copy ${table}${listed} from stdin`),
      input: `${[...row.values()].map(({ text }) => copyText(text)).join('\t')}\n`,
    };
  }
  if (row.size === 0) {
    return {
      sql: sql`${into} default values${tail}`,
      shown: sql`${into} default values${shownTail}`,
    };
  }
  const overriding =
    shape?.columns.some(({ name, from_sequence }) => from_sequence === true && row.has(name)) === true
      ? ' overriding system value'
      : '';
  const insert = (values: readonly SqlText[]) => sql`${into} (${names})${overriding} values (${joined(values)})`;
  return {
    sql: sql`${insert([...row.values()].map(({ literal }) => literal))}${tail}`,
    shown: sql`${insert([...row].map(() => '…'))}${shownTail}`,
  };
}

const escapes: Record<string, string> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

/** A value in COPY's text format. */
function copyText(value: string | null): string {
  return value === null ? '\\N' : value.replace(/[\\\t\n\r]/g, (character) => escapes[character]!);
}

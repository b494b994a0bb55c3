import { quoteIdentifier, quoteLiteral } from '../postgres/quote.ts';
import type { TableShape } from './table-shape.ts';

/** A statement with its values in it, and the same with `…` for each: rows are copied, and a pack must not hold them. */
export interface Statement {
  sql: string;
  shown: string;
  /** What COPY … FROM STDIN is given. */
  input?: string;
  /** What shows, as superuser, that the statement works; absent where it is the statement itself. */
  control?: string;
}

/** Whom an inserted row belongs to: the column, and its value. */
export interface InsertTenant {
  column: string;
  text: string;
}

/** The tenant of a statement: what an inserted row belongs to, whose row is copied, and where rows are moved. */
export interface StatementTenant extends InsertTenant {
  /** The tenant of the copied row. @default text */
  own?: string;
  /** Whom UPDATE re-home gives the rows to. @default text */
  target?: string;
}

/** A statement without values to hide. */
export function plain(sql: string): Statement {
  return { sql, shown: sql };
}

export interface InsertOptions {
  /** What follows the values; `shownTail` is the same without them. */
  tail?: string;
  shownTail?: string;
  /** Columns that take the copied row's own value, so that the row conflicts with it. */
  asItIs?: ReadonlySet<string>;
  /** As COPY … FROM STDIN. */
  copy?: boolean;
  /** As MERGE … WHEN NOT MATCHED. */
  merge?: boolean;
  /** The columns that may be named. @default all */
  only?: readonly string[] | undefined;
}

/** A row as the seeded one, but for what must differ: its tenant, and values that a unique key holds already. */
export function insertStatement(
  table: string,
  shape: TableShape | undefined,
  tenant: InsertTenant | undefined,
  options: InsertOptions = {},
): Statement {
  const { tail = '', shownTail = tail, asItIs = new Set<string>(), copy = false, merge = false, only } = options;
  const into = merge
    ? `merge into ${table} using (values (1)) as s (x) on false when not matched then insert`
    : `insert into ${table}`;
  const row = new Map<string, { literal: string; text: string | null }>();
  for (const { name, type, filled_by_server, generated } of shape?.columns ?? []) {
    // What the column would be given by default is the tenant of the context.
    const given = !filled_by_server || asItIs.has(name) || (name === tenant?.column && !generated);
    const { row: rowText, fresh: freshText } = shape!.text ?? { row: {}, fresh: {} };
    const fresh = asItIs.has(name) ? undefined : shape!.fresh[name];
    const literal = name === tenant?.column ? `${quoteLiteral(tenant.text)}::${type}` : (fresh ?? shape!.row[name]);
    const text =
      name === tenant?.column ? tenant.text : fresh === undefined ? (rowText[name] ?? null) : (freshText[name] ?? null);
    if ((given || fresh !== undefined) && literal !== undefined && (only?.includes(name) ?? true)) {
      row.set(name, { literal, text });
    }
  }
  const names = [...row.keys()].map(quoteIdentifier).join(', ');
  if (copy) {
    const sql = `copy ${table}${names === '' ? '' : ` (${names})`} from stdin`;
    return { sql, shown: sql, input: `${[...row.values()].map(({ text }) => copyText(text)).join('\t')}\n` };
  }
  if (row.size === 0) {
    return {
      sql: `${into} default values${tail}`,
      shown: `${into} default values${shownTail}`,
    };
  }
  const overriding =
    shape?.columns.some(({ name, from_sequence }) => from_sequence === true && row.has(name)) === true
      ? ' overriding system value'
      : '';
  const insert = (values: readonly string[]) => `${into} (${names})${overriding} values (${values.join(', ')})`;
  return {
    sql: insert([...row.values()].map(({ literal }) => literal)) + tail,
    shown: insert([...row].map(() => '…')) + shownTail,
  };
}

const escapes: Record<string, string> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

/** A value in COPY's text format. */
function copyText(value: string | null): string {
  return value === null ? '\\N' : value.replace(/[\\\t\n\r]/g, (character) => escapes[character]!);
}

/** Runs one statement with its values. */
type Ask = (sql: string, values: readonly unknown[]) => Promise<Record<string, unknown>[]>;

/** The columns of a relation, with both names as the server prints them. Facts only describe columns with grants. */
export async function columnNames(ask: Ask, relation: string): Promise<string[]> {
  const rows = await ask(
    `select pg_catalog.quote_ident(a.attname) as name
     from pg_catalog.pg_attribute as a
     join pg_catalog.pg_class as c on c.oid = a.attrelid
     join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
     where pg_catalog.format('%I.%I', n.nspname, c.relname) = $1 and not a.attisdropped
     order by a.attnum`,
    [relation],
  );
  return rows.map(({ name }) => String(name));
}

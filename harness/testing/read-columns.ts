import { leftOut } from '../catalog/left-out.ts';
import { statementOf } from '../catalog/snapshot.ts';
import type { TestServer } from './server.ts';

/** Views that the snapshot reads instead of tables that are not open to everybody. Their columns have the tables' names. */
const tablesOf: Readonly<Record<string, readonly string[]>> = {
  pg_roles: ['pg_authid'],
  pg_user_mappings: ['pg_user_mapping', 'pg_foreign_server'],
};

/** The catalog columns of this server, and those that the snapshot reads, as the server has resolved it. */
export async function catalogColumns(server: TestServer): Promise<{ all: string[]; read: ReadonlySet<string> }> {
  await server.query(`create view read_by_snapshot as ${await statementOf(server.version)}`);
  const [rule] = await server.query(
    `select ev_action::text as tree from pg_rewrite where ev_class = 'read_by_snapshot'::regclass`,
  );
  await server.query('drop view read_by_snapshot');
  const columns = await server.query(
    `select c.oid::int as relation, c.relname as name, c.relkind as kind, a.attname as column, a.attnum as number
     from pg_class as c join pg_attribute as a on a.attrelid = c.oid
     where c.relnamespace = 'pg_catalog'::regnamespace and c.relkind in ('r', 'v') and a.attnum > 0 and not a.attisdropped`,
  );
  const seen = selected(String(rule!['tree']), server.version);
  const isSeen = ({ relation, number }: Record<string, unknown>) =>
    seen.has(`${String(relation)} ${String(number)}`) || seen.has(`${String(relation)} 0`);
  const read = columns
    .filter(isSeen)
    .flatMap(({ name, column }) =>
      (tablesOf[String(name)] ?? [String(name)]).map((table) => `${table}.${String(column)}`),
    );
  const all = columns.filter(({ kind }) => kind === 'r').map(({ name, column }) => `${String(name)}.${String(column)}`);
  return { all, read: new Set(read) };
}

/** The relations and columns that a parse tree lists for the privilege check: `1259 2`. Column 0 is the whole row. */
function selected(tree: string, version: number): Set<string> {
  const entry =
    version >= 160_000
      ? /PERMISSIONINFO :relid (\d+) .*?:selectedCols \(b([ \d]*)\)/gs
      : /:rtekind 0 :relid (\d+) .*?:selectedCols \(b([ \d]*)\)/gs;
  return new Set(
    [...tree.matchAll(entry)].flatMap(([, relation, numbers]) =>
      // A column's number is stored with 7 added, so that those of system columns are not negative.
      numbers!
        .trim()
        .split(' ')
        .map((number) => `${relation!} ${String(Number(number) - 7)}`),
    ),
  );
}

/** Disagreements with the list of columns: neither read nor listed, both, or listed without existing. */
export function heldAgainstList({ all, read }: Awaited<ReturnType<typeof catalogColumns>>): {
  forgotten: string[];
  both: string[];
  known: ReadonlySet<string>;
} {
  const listed = new Set(leftOut.flatMap(({ columns }) => columns));
  const isListed = (column: string) => listed.has(column) || listed.has(column.split('.')[0]!);
  return {
    forgotten: all.filter((column) => !column.endsWith('.oid') && !read.has(column) && !isListed(column)),
    both: all.filter((column) => read.has(column) && isListed(column)),
    known: new Set([...all, ...all.map((column) => column.split('.')[0]!)]),
  };
}

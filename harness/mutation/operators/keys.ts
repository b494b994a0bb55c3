import { joined, sql, type SqlName, type SqlText } from '../../common/sql.ts';
import { quoteLiteral } from '../../postgres/quote.ts';
import { withoutTenant } from '../definitions.ts';
import { headTables } from '../head-index.ts';
import type { Change, MutationState, Operator } from '../mutant.ts';
import { mutantName } from '../sql-text.ts';

/** Keys that reveal rows that nobody may see. */
export const keys: Operator[] = [
  {
    name: 'narrow-key',
    about: 'Makes a key of one tenant unique among all tenants: a refused insert then says that another tenant has it.',
    changes: narrowedKeys,
  },
];

function* narrowedKeys(state: MutationState): Iterable<Change> {
  for (const { object, keys: all } of headTables(state).filter(
    ({ kind, partition }) => kind === 'table' && !partition,
  )) {
    for (const { name, columns } of all.filter(({ narrowable }) => narrowable)) {
      const rest = joined(withoutTenant(columns, state.contract.tenancy?.column));
      yield {
        object,
        details: [name],
        description: `(${rest}) of ${object} is unique among all tenants.`,
        sql: sql`alter table ${object} add constraint ${mutantName} unique (${rest});`,
        shown_by: uniqueKeysOf(object),
      };
    }
  }
}

/** Unique keys give nobody a privilege, so no fact describes them. */
function uniqueKeysOf(table: SqlName): SqlText {
  const keys = sql`select pg_catalog.pg_get_indexdef(i.indexrelid) as key from pg_catalog.pg_index as i where i.indisunique and i.indrelid = ${quoteLiteral(table)}::pg_catalog.regclass`;
  return sql`select pg_catalog.string_agg(key, E'\\n' order by key) as keys from (${keys}) as all_keys`;
}

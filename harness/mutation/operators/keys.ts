import { quoteLiteral } from '../../postgres/quote.ts';
import { withoutTenant } from '../definitions.ts';
import { headTables } from '../head.ts';
import type { Operator } from '../mutant.ts';
import { idOf, mutantName } from '../sql-text.ts';

/** Keys that answer questions about rows nobody may see. */
export const keys: Operator[] = [
  {
    name: 'narrow-key',
    about: 'Makes a key of one tenant unique among all tenants: a refused insert then says that another tenant has it.',
    mutants: (state) =>
      headTables(state)
        .filter(({ kind, partition }) => kind === 'table' && !partition)
        .flatMap((table) =>
          table.keys
            .filter(({ narrowable }) => narrowable)
            .map(({ name, columns }) => {
              const rest = withoutTenant(columns, state.contract.tenancy?.column).join(', ');
              return {
                id: idOf('narrow-key', table.object, name),
                operator: 'narrow-key',
                object: table.object,
                identity: '',
                says: `(${rest}) of ${table.object} is unique among all tenants.`,
                sql: `alter table ${table.object} add constraint ${mutantName} unique (${rest});`,
                isolation: 'transaction' as const,
                changes: uniqueKeysOf(table.object),
              };
            }),
        ),
  },
];

/** Unique keys give nobody a privilege, so no fact tells of them. */
function uniqueKeysOf(table: string): string {
  const keys = `select pg_catalog.pg_get_indexdef(i.indexrelid) as key from pg_catalog.pg_index as i where i.indisunique and i.indrelid = ${quoteLiteral(table).trim()}::pg_catalog.regclass`;
  return `select pg_catalog.string_agg(key, E'\\n' order by key) as keys from (${keys}) as all_keys`;
}

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
              };
            }),
        ),
  },
];

import type { Attempt } from '../attempts/attempt.ts';
import { meaningOf } from '../attempts/outcome.ts';
import type { SqlName } from '../common/sql.ts';
import { isolationSuite, type DraftSuite, type IsolatedTable } from '../draft/suites.ts';
import type { Evidence } from '../pack/evidence.ts';
import type { Built } from './init-build.ts';

/** Suites for the sessions that stayed within their tenant, table by table; and in words, why there is none for one of them. */
export function isolationSuites(
  { draft, seeds }: Pick<Built, 'draft' | 'seeds'>,
  { fail_closed, attempts }: { fail_closed: Evidence['fail_closed']; attempts: readonly Attempt[] },
  before: number,
): { written: DraftSuite[]; unsure: string[] } {
  const { tenancy, sessions, tables, tenantColumns } = draft;
  if (tenancy === undefined) {
    return { written: [], unsure: [] };
  }
  const open = new Set(fail_closed.filter(({ closed }) => !closed).map(({ table }) => table));
  const reads = attempts.filter((probe) => probe.command === 'SELECT' && meaningOf(probe).isAllowed);
  const seen = reads.filter(
    ({ context, object, rows }) =>
      context === 'own-tenant' && rows > 0 && !open.has(object) && tables[object]?.open === undefined,
  );
  const unfilled = new Set(seeds.unfilled.map(({ table }) => table));
  const hasOthers = (table: SqlName) => {
    const asOther = reads.filter(({ context, object }) => context === 'other-tenant' && object === table);
    // Where nobody was the other tenant, nothing says that it has no rows.
    const isFilled = !unfilled.has(table) && (asOther.length === 0 || asOther.some(({ rows }) => rows > 0));
    return isFilled && tables[table]?.row_security !== undefined;
  };
  const isolated = (who: string): IsolatedTable[] =>
    seen
      .filter(({ session, identity }) => (session ?? identity) === who)
      .flatMap(({ object }) => {
        const [column, name] = [...(tenantColumns.get(object) ?? [])][0] ?? [];
        const own = typeof tenancy.own === 'string' ? tenancy.own : tenancy.own[name ?? ''];
        return column === undefined || own === undefined
          ? []
          : [{ table: object, column, own, hasOthers: hasOthers(object) }];
      });
  const { setting } = tenancy;
  const set =
    setting === undefined || typeof tenancy.own !== 'string' ? undefined : { name: setting, own: tenancy.own };
  const whos = setting === undefined ? Object.keys(sessions) : [...new Set(seen.map(({ identity }) => identity))];
  const written: DraftSuite[] = [];
  const unsure: string[] = [];
  for (const who of whos) {
    const its = isolated(who);
    const suite = isolationSuite(before + written.length + 1, who, its, set);
    if (suite !== undefined) {
      written.push(suite);
    } else if (its.length > 0) {
      const names = its.map(({ table }) => table).join(', ');
      unsure.push(
        `No suite says that ${who} sees no row of another tenant: of what it reads (${names}), no other tenant has rows that row security hides.`,
      );
    }
  }
  return { written, unsure };
}

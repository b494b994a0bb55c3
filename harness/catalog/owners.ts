import type { RoleName, SqlName } from '../common/sql.ts';
import type { Fact } from './fact.ts';

/** The owner of each object, by kind and name: `table public.orders`. */
export function ownersOf(facts: readonly Fact[]): Map<string, RoleName> {
  return new Map(
    facts.filter(({ property }) => property === 'owner').map(({ kind, object, role }) => [`${kind} ${object}`, role]),
  );
}

/** SECURITY DEFINER functions, each with the role that it runs as. */
export function definersOf(facts: readonly Fact[]): Map<SqlName, RoleName> {
  const owners = ownersOf(facts);
  return new Map(
    facts
      .filter(({ kind, property }) => kind === 'function' && property === 'security-definer')
      .flatMap(({ object }) => {
        const owner = owners.get(`function ${object}`);
        return owner === undefined ? [] : [[object, owner] as const];
      }),
  );
}

/** The tables and views that a view reads, as its fact names them. */
export function readsOf({ detail }: Pick<Fact, 'detail'>): SqlName[] {
  return String(detail['reads'] ?? '')
    .split(', ')
    .filter((name) => name !== '');
}

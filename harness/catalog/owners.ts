import type { RoleName, SqlName } from '../common/sql.ts';
import type { Fact } from './fact.ts';
import { tableOf } from './identifiers.ts';

/** The owner of each object, by kind and name: `table public.orders`. */
export function ownersOf(facts: readonly Fact[]): Map<string, RoleName> {
  return new Map(
    facts.filter(({ property }) => property === 'owner').map(({ kind, object, role }) => [`${kind} ${object}`, role]),
  );
}

/** The owner of what a fact is about; of a column it is its table's. */
export function ownerIn(
  owners: ReadonlyMap<string, RoleName>,
  fact: Pick<Fact, 'kind' | 'object'>,
): RoleName | undefined {
  return partOf(fact)
    .map((name) => owners.get(name))
    .find((owner) => owner !== undefined);
}

/** What a fact may be about or a part of, by kind and name: a policy or a trigger is called by its table, and a column has its name. */
export function partOf({ kind, object }: Pick<Fact, 'kind' | 'object'>): string[] {
  const relation = kind === 'column' ? tableOf(object) : object;
  return [`${kind} ${object}`, ...['table', 'view', 'materialized-view'].map((one) => `${one} ${relation}`)];
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

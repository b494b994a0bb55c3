import type { Holdings } from './holdings.ts';
import type { Memberships, UsableRole } from './memberships.ts';

/** Schemas that the server opens to everybody. No fact describes them as long as they are unchanged. */
const openToAll = new Set(['pg_catalog', 'information_schema']);

/**
 * Tells whether the schema can be used with the rights of a reached role. A privilege on an object and USAGE on its schema count
 * only together, as the same role.
 */
export function schemaUsage(
  held: Holdings,
  members: Memberships,
  superusers: ReadonlySet<string>,
): (role: UsableRole, schema: string) => boolean {
  const users = usersOf(held);
  const changed = schemasOf(held);

  function usableAs(state: string, schema: string): boolean {
    const allowed = users.get(schema) ?? new Set();
    return (
      (openToAll.has(schema) && !changed.has(schema)) ||
      superusers.has(state) ||
      allowed.has('PUBLIC') ||
      [...members.inheritedBy(state).keys()].some((role) => allowed.has(role))
    );
  }

  const answers = new Map<UsableRole, Map<string, boolean>>();
  return (reach, schema) => {
    const known = answers.get(reach) ?? new Map<string, boolean>();
    answers.set(reach, known);
    const answer = known.get(schema) ?? reach.states.some((state) => usableAs(state, schema));
    known.set(schema, answer);
    return answer;
  };
}

function schemasOf(held: Holdings): Set<string> {
  const targets = [...held.privileges.values()].flat().map(({ target }) => target);
  return new Set(targets.filter(({ kind }) => kind === 'schema').map(({ object }) => object));
}

function usersOf(held: Holdings): Map<string, Set<string>> {
  const users = new Map<string, Set<string>>();
  for (const [role, list] of held.privileges) {
    for (const { target } of list) {
      if (target.kind === 'schema' && target.privilege === 'USAGE') {
        users.set(target.object, (users.get(target.object) ?? new Set()).add(role));
      }
    }
  }
  return users;
}

import { headOf } from '../head.ts';
import type { Mutant, MutationState, Operator } from '../mutant.ts';
import { idOf, roleSql } from '../sql-text.ts';

const promises = [
  { what: 'tables', privilege: 'SELECT' },
  { what: 'tables', privilege: 'INSERT' },
  { what: 'sequences', privilege: 'USAGE' },
  { what: 'functions', privilege: 'EXECUTE' },
  { what: 'types', privilege: 'USAGE' },
  { what: 'schemas', privilege: 'USAGE' },
] as const;

/** What tomorrow's objects give away. */
export const defaultPrivileges: Operator[] = [
  {
    name: 'default-privileges',
    about:
      'Lets what a migrator creates tomorrow be granted to somebody at once: nothing is open today, and no grant will be reviewed.',
    mutants: promised,
  },
  {
    name: 'default-privileges-in-schema',
    about: 'The same for one schema alone, where a look at what holds everywhere does not see it.',
    mutants: promisedInSchemas,
  },
];

function promised(state: MutationState): Mutant[] {
  const head = headOf(state);
  return head.migrators.flatMap((migrator) =>
    promises.flatMap(({ what, privilege }) => {
      const object = `${migrator} everywhere ${what}`;
      const builtIn =
        (what === 'functions' || what === 'types') &&
        !head.facts('default-privileges', 'replaces-default').some((fact) => isOf(fact.object, migrator, what));
      return head.grantees
        .filter((role) => !(role === 'PUBLIC' && builtIn))
        .filter(
          (role) =>
            !head
              .facts('default-privileges', privilege)
              .some((fact) => fact.role === role && isOf(fact.object, migrator, what)),
        )
        .map((role) => ({
          id: idOf('default-privileges', object, role, privilege),
          operator: 'default-privileges',
          object,
          identity: role,
          says: `${role} is given ${privilege} on all ${what} that ${migrator} creates.`,
          sql: `alter default privileges for role ${roleSql(migrator)} grant ${privilege.toLowerCase()} on ${what} to ${roleSql(role)};`,
          isolation: 'transaction',
        }));
    }),
  );
}

// Facts write the migrator as the server quotes it, which may differ from how the contract writes it.
function isOf(object: string, migrator: string, what: string): boolean {
  return object === `${migrator} everywhere ${what}` || object === `${roleSql(migrator)} everywhere ${what}`;
}

function promisedInSchemas(state: MutationState): Mutant[] {
  const head = headOf(state);
  return head.objects
    .filter(({ kind }) => kind === 'schema')
    .flatMap(({ object: schema }) =>
      head.migrators.flatMap((migrator) =>
        [...head.logins, 'PUBLIC']
          .filter(
            (role) =>
              ![migrator, roleSql(migrator)].some((name) =>
                head.has('default-privileges', `${name} in ${schema} tables`, role, 'SELECT'),
              ),
          )
          .map((role) => ({
            id: idOf('default-privileges-in-schema', `${migrator} in ${schema} tables`, role, 'SELECT'),
            operator: 'default-privileges-in-schema',
            object: `${migrator} in ${schema} tables`,
            identity: role,
            says: `${role} is given SELECT on all tables that ${migrator} creates in ${schema}.`,
            sql: `alter default privileges for role ${roleSql(migrator)} in schema ${schema} grant select on tables to ${roleSql(role)};`,
            isolation: 'transaction' as const,
          })),
      ),
    );
}

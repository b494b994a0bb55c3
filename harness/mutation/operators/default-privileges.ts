import { lowered, sql } from '../../common/sql.ts';
import type { Fact } from '../../catalog/fact.ts';
import { headIndex } from '../head-index.ts';
import type { Change, MutationState, Operator } from '../mutant.ts';
import { roleSql } from '../sql-text.ts';

const promises = [
  { what: 'tables', privilege: 'SELECT' },
  { what: 'tables', privilege: 'INSERT' },
  { what: 'sequences', privilege: 'USAGE' },
  { what: 'functions', privilege: 'EXECUTE' },
  { what: 'types', privilege: 'USAGE' },
  { what: 'schemas', privilege: 'USAGE' },
] as const;

/** Changes of what future objects will grant. */
export const defaultPrivileges: Operator[] = [
  {
    name: 'default-privileges',
    about:
      'Lets what a migrator creates tomorrow be granted to somebody at once: nothing is open today, and no grant will be reviewed.',
    changes: promised,
  },
  {
    name: 'default-privileges-in-schema',
    about: 'The same for one schema alone, where a look at what holds everywhere does not see it.',
    changes: promisedInSchemas,
  },
];

function* promised(state: MutationState): Iterable<Change> {
  const head = headIndex(state);
  for (const migrator of head.migrators) {
    for (const { what, privilege } of promises) {
      const object = `${migrator} everywhere ${what}`;
      const isOf = ({ promise }: Fact) =>
        promise?.creator === migrator && promise.schema === null && promise.section === what;
      const builtIn =
        (what === 'functions' || what === 'types') && !head.facts('default-privileges', 'replaces-default').some(isOf);
      const has = (role: string) =>
        (role === 'PUBLIC' && builtIn) ||
        head.facts('default-privileges', privilege).some((fact) => fact.role === role && isOf(fact));
      for (const role of head.grantees.filter((one) => !has(one))) {
        yield {
          object,
          identity: role,
          details: [privilege],
          description: `${role} is given ${privilege} on all ${what} that ${migrator} creates.`,
          sql: sql`alter default privileges for role ${roleSql(migrator)} grant ${lowered(privilege)} on ${what} to ${roleSql(role)};`,
        };
      }
    }
  }
}

function* promisedInSchemas(state: MutationState): Iterable<Change> {
  const head = headIndex(state);
  for (const { object: schema } of head.objects.filter(({ kind }) => kind === 'schema')) {
    for (const migrator of head.migrators) {
      const has = (role: string) =>
        head
          .facts('default-privileges', 'SELECT')
          .some(
            ({ role: grantee, promise }) =>
              grantee === role &&
              promise?.creator === migrator &&
              promise.schema === schema &&
              promise.section === 'tables',
          );
      for (const role of [...head.logins, 'PUBLIC'].filter((one) => !has(one))) {
        yield {
          object: `${migrator} in ${schema} tables`,
          identity: role,
          details: ['SELECT'],
          description: `${role} is given SELECT on all tables that ${migrator} creates in ${schema}.`,
          sql: sql`alter default privileges for role ${roleSql(migrator)} in schema ${schema} grant select on tables to ${roleSql(role)};`,
        };
      }
    }
  }
}

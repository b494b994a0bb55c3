import { type RoleName, sql, type SqlName, type SqlText } from '../../common/sql.ts';
import { schemaOf } from '../../catalog/identifiers.ts';
import type { TableDefinition } from '../definitions.ts';
import { guardedTables, headIndex } from '../head-index.ts';
import type { Change, MutationState, Operator } from '../mutant.ts';
import { mutantName, roleSql } from '../sql-text.ts';

/** What an operator makes beside a guarded table. `made` is its name. */
interface Leak {
  table: TableDefinition;
  made: SqlName;
}

/** New objects that read a guarded table without its protection and are given to a login. */
export const leaks: Operator[] = [
  readBy(
    'leak-view',
    'Makes a plain view: it reads as its owner, past the reader’s grants and policies.',
    'a view',
    ({ table, made }) => sql`create view ${made} as select * from ${table.object}`,
  ),
  readBy(
    'leak-barrier-view',
    'Makes a view with security_barrier, which guards against leaky functions and against nothing else.',
    'a view with security_barrier',
    ({ table, made }) => sql`create view ${made} with (security_barrier) as select * from ${table.object}`,
  ),
  readBy(
    'leak-materialized-view',
    'Makes a materialized view: its rows were read by its owner, and no policy applies to them.',
    'a materialized view',
    ({ table, made }) => sql`create materialized view ${made} as select * from ${table.object}`,
  ),
  readBy(
    'leak-copy',
    'Copies a table: the copy has the rows and none of the policies.',
    'a copy',
    ({ table, made }) => sql`create table ${made} as select * from ${table.object}`,
  ),
  readBy(
    'leak-child',
    'Makes a child of a table: what is inserted into it shows in the parent, and it has no policies of its own.',
    'a child table',
    ({ table, made }) =>
      table.kind === 'table' && !table.partition ? sql`create table ${made} () inherits (${table.object})` : undefined,
  ),
  readBy(
    'leak-partition',
    'Makes one more partition: it shows in the table, and it has no policies of its own.',
    'one more partition',
    ({ table, made }) =>
      table.partitions?.room == null
        ? undefined
        : sql`create table ${made} partition of ${table.object} ${table.partitions.room}`,
  ),
  {
    name: 'bare-partition',
    about:
      'Takes row security from a partition and lets a login read it: the policies of the whole table are not asked.',
    changes: (state) =>
      eachLogin(state, ({ table }, login) => {
        const bare = table.partitions?.leaves.find((leaf) => !headIndex(state).has('table', leaf, login, 'SELECT'));
        return bare === undefined
          ? undefined
          : {
              description: `${login} may read ${bare}, a partition of ${table.object} without row security.`,
              sql: sql`alter table ${bare} disable row level security; grant select on table ${bare} to ${roleSql(login)};`,
            };
      }),
  },
  readBy(
    'leak-rule',
    'Makes a rule that copies every row that is inserted to where there are no policies.',
    'a copy by a rule',
    ({ table, made }) =>
      sql`create table ${made} (like ${table.object}); create rule ${mutantName} as on insert to ${table.object} do also insert into ${made} values (new.*)`,
  ),
  readBy(
    'leak-trigger',
    'Makes a trigger whose function runs as its owner and copies every row to where there are no policies.',
    'a copy by a trigger',
    ({ table, made }) =>
      sql`create table ${made} (like ${table.object}); ` +
      sql`create function ${made}() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $mutant$ begin insert into ${made} select new.*; return new; end $mutant$; ` +
      sql`create trigger ${mutantName} before insert on ${table.object} for each row execute function ${made}()`,
  ),
  {
    name: 'leak-function',
    about: 'Makes one more SECURITY DEFINER function that returns a guarded table: a way to it that no contract knows.',
    changes: (state) =>
      eachLogin(state, (leak, login) => ({
        description: `${login} may call a function that returns all of ${leak.table.object}.`,
        sql:
          sql`create function ${leak.made}() returns setof ${leak.table.object} language sql stable security definer set search_path = pg_catalog, pg_temp as $mutant$ select * from ${leak.table.object} $mutant$; ` +
          sql`revoke execute on function ${leak.made}() from public; grant execute on function ${leak.made}() to ${roleSql(login)};`,
      })),
  },
  {
    name: 'leak-cascade',
    about:
      'Makes a guarded table refer to one that a login may delete from: the cascade deletes past its grants and policies.',
    changes: (state) =>
      eachLogin(state, ({ table, made }, login) => {
        const column = table.keys.find(({ primary }) => primary)?.columns[0];
        return column === undefined || table.kind !== 'table'
          ? undefined
          : {
              description: `${login} may delete rows that ${table.object} follows by cascade.`,
              sql:
                sql`create table ${made} as select distinct ${column} from ${table.object}; alter table ${made} add primary key (${column}); grant select, delete on table ${made} to ${roleSql(login)}; ` +
                sql`alter table ${table.object} add constraint ${mutantName} foreign key (${column}) references ${made} on delete cascade;`,
            };
      }),
  },
  {
    name: 'leak-publication',
    about: 'Publishes a guarded table: rows that leave by replication pass no grant and no policy.',
    changes: (state) =>
      guardedTables(state).map(({ object }) => ({
        object,
        description: `${object} is published.`,
        sql: sql`create publication ${mutantName} for table ${object};`,
      })),
  },
  {
    name: 'new-sequence',
    about: 'Makes a sequence that a login may set: an object nobody declared, with a grant nobody reviewed.',
    changes: newSequences,
  },
];

function readBy(name: string, about: string, what: string, create: (leak: Leak) => SqlText | undefined): Operator {
  return {
    name,
    about,
    changes: (state) =>
      eachLogin(state, (leak, login) => {
        const created = create(leak);
        return created === undefined
          ? undefined
          : {
              description: `${login} may read ${what} of ${leak.table.object}.`,
              sql: sql`${created}; grant select on table ${leak.made} to ${roleSql(login)};`,
            };
      }),
  };
}

function* eachLogin(
  state: MutationState,
  broken: (leak: Leak, login: RoleName) => { description: string; sql: SqlText } | undefined,
): Iterable<Change> {
  for (const table of guardedTables(state)) {
    const made = sql`${schemaOf(table.object)}.${mutantName}`;
    const { actors, mayUse } = headIndex(state);
    for (const login of actors.filter((role) => mayUse(schemaOf(table.object), role))) {
      const leak = broken({ table, made }, login);
      if (leak !== undefined) {
        yield { object: table.object, identity: login, ...leak };
      }
    }
  }
}

function* newSequences(state: MutationState): Iterable<Change> {
  const head = headIndex(state);
  for (const { object } of head.objects.filter(({ kind }) => kind === 'schema')) {
    const made = sql`${object}.${mutantName}`;
    for (const login of head.logins) {
      yield {
        object,
        identity: login,
        description: `${login} may set a new sequence in ${object}.`,
        sql: sql`create sequence ${made}; grant usage, select, update on sequence ${made} to ${roleSql(login)};`,
      };
    }
  }
}

import { joined, sql, type SqlName, type SqlText } from '../../common/sql.ts';
import type { Fact } from '../../catalog/fact.ts';
import { snapshot, snapshotSettings } from '../../catalog/snapshot.ts';
import type { ParsedContract } from '../../contract/contract.ts';
import { identitiesOf } from '../../contract/declared.ts';
import { quoteIdentifier } from '../../postgres/quote.ts';
import { rolledBack } from '../../postgres/rolled-back.ts';
import type { Session } from '../../postgres/session.ts';
import { serverError } from '../../postgres/sql-error.ts';
import { readActing } from '../../attempts/acting-as.ts';
import { ofSuperuser, type NotSeen } from '../../findings/not-seen.ts';
import { contractedAccess } from '../closed-world/judge.ts';
import type { FutureObject } from './judge.ts';

const name = 'rolecall_future';

const statements = {
  table: (schema: SqlName) => sql`create table ${schema}.${name}_table (id int)`,
  sequence: (schema: SqlName) => sql`create sequence ${schema}.${name}_sequence`,
  function: (schema: SqlName) =>
    sql`create function ${schema}.${name}_function() returns int language sql as 'select 1'`,
  type: (schema: SqlName) => sql`create domain ${schema}.${name}_type as int`,
} as const;

/**
 * Makes one object of each kind in each contracted schema as each migrator, reads who could use it, and rolls back. Default
 * privileges belong to the creating role, and a REVOKE from PUBLIC in one schema has no effect, so only a trial shows the result.
 * `notSeen` names a migrator whose role the session cannot take.
 */
export async function tryFutureObjects(
  superuser: Session,
  contract: ParsedContract,
  serverVersionNum: number,
  opening: SqlText = 'begin',
): Promise<{ future: FutureObject[]; notSeen: NotSeen[] }> {
  const future: FutureObject[] = [];
  const notSeen: NotSeen[] = [];
  const acting = await readActing(superuser, identitiesOf(contract, 'migrator'));
  const named = identitiesOf(contract, 'migrator');
  const there = await superuser.query<{ name: string }>(
    'select rolname::text as name from pg_catalog.pg_roles where rolname = any ($1::text[]) order by rolname collate "C"',
    [named],
  );
  // A migrator that does not exist is skipped: the contract may name production's beside the one that builds here.
  for (const { name: migrator } of there) {
    await rolledBack(superuser, sql`${opening}; ${snapshotSettings}`, async () => {
      const given = acting.get(migrator)?.give ?? [];
      const taken = [...given, sql`set local role ${quoteIdentifier(migrator)}`];
      if (!(await succeeds(superuser, joined(taken, '; ')))) {
        notSeen.push(
          ofSuperuser(
            `what ${migrator} would make tomorrow was not tried: ${superuser.target.user} cannot take its role`,
          ),
        );
        return;
      }
      const made = await makeObjects(superuser, Object.keys(contract.schemas));
      await superuser.script('reset role');
      const facts = made.length === 0 ? [] : await snapshot((query) => superuser.query(query), serverVersionNum);
      future.push(
        ...made.map((object) => ({
          ...object,
          migrator,
          access: accessTo(contract, facts, sql`${object.schema}.${name}_${object.kind}`),
        })),
      );
    });
  }
  return { future, notSeen };
}

async function makeObjects(
  superuser: Session,
  schemas: readonly SqlName[],
): Promise<Pick<FutureObject, 'kind' | 'schema'>[]> {
  const made: Pick<FutureObject, 'kind' | 'schema'>[] = [];
  for (const schema of schemas) {
    for (const [kind, statement] of Object.entries(statements)) {
      // If the migrator may not create here, it creates nothing in the future either.
      if (await succeeds(superuser, statement(schema))) {
        made.push({ kind: kind as FutureObject['kind'], schema });
      }
    }
  }
  return made;
}

async function succeeds(session: Session, statement: SqlText): Promise<boolean> {
  await session.script('savepoint one');
  try {
    await session.script(statement);
    return true;
  } catch (error) {
    if (serverError(error) === undefined) {
      throw error;
    }
    await session.script('rollback to savepoint one');
    return false;
  }
}

function accessTo(contract: ParsedContract, facts: readonly Fact[], object: SqlName) {
  // Names of functions include their argument types.
  return contractedAccess(contract, facts).filter(
    (access) => access.object === object || access.object === `${object}()`,
  );
}

import { randomPassword } from '../../common/random.ts';
import { joined, sql, verbatim, type RawName, type SqlText } from '../../common/sql.ts';
import type { ProductionMigrator } from '../../contract/migrator.ts';
import { attributes } from '../../contract/vocabulary.ts';
import { quoteIdentifier, quoteLiteral } from '../../postgres/quote.ts';
import { withSession, type Session } from '../../postgres/session.ts';
import type { Target } from '../../postgres/target.ts';

/** A server that looks to the migrator like its platform. */
export interface DressedCluster {
  /** The connection of the platform's superuser to the maintenance database. */
  superuser: Target;
  migrator: Target;
}

/** Gives a server of ours, which nobody else uses, the roles of the migrator's platform. */
export async function dressCluster(
  own: Target,
  { role, attributes: has, memberOf, administers, profile }: ProductionMigrator,
  signal: AbortSignal,
): Promise<DressedCluster> {
  const superuser = await renamedSuperuser(own, profile.superuser, signal);
  const password = randomPassword();
  const { admin } = profile;
  const given =
    admin.named_by_customer || profile.name === 'stock' || admin.role === role ? [] : [[admin.role, admin] as const];
  const roles = [
    ...Object.entries(profile.roles),
    ...given,
    [role, { attributes: has, member_of: memberOf, administers }] as const,
  ];
  await withSession(superuser, { signal }, async (session) => {
    const there = new Set(await roleNames(session));
    const made = roles.filter(([name]) => !there.has(name));
    for (const [name, one] of made) {
      await session.script(sql`create role ${quoteIdentifier(name)} with ${attributesSql(one.attributes)}`);
      there.add(name);
    }
    for (const [name, { member_of: groups, administers: gives }] of roles) {
      // Later versions added some of the server's own roles.
      for (const group of groups.filter((one) => there.has(one))) {
        const option = gives.includes(group) ? sql`with admin option` : sql``;
        await session.script(sql`grant ${quoteIdentifier(group)} to ${quoteIdentifier(name)} ${option}`);
      }
    }
    await session.script(sql`alter role ${quoteIdentifier(role)} login password ${quoteLiteral(password)}`);
  });
  return { superuser, migrator: { ...superuser, user: role, password } };
}

/** Makes a database that the migrator owns, with the connections of both logins. */
export async function dressedDatabase(
  { superuser, migrator }: DressedCluster,
  database: RawName,
  signal: AbortSignal,
): Promise<DressedCluster> {
  const owner = quoteIdentifier(migrator.user);
  await withSession(superuser, { signal }, (session) =>
    session.script(
      sql`create database ${quoteIdentifier(database)} owner ${owner} template template0 encoding 'UTF8' locale 'C'`,
    ),
  );
  const inside = { ...superuser, database };
  await withSession(inside, { signal }, async (session) => {
    const [row] = await session.query<{ version: number }>(
      `select pg_catalog.current_setting('server_version_num')::int as version`,
    );
    // From 15 on the database owner owns the schema. Before that, providers give it to whomever they give the database.
    if (row!.version < 150_000) {
      await session.script(sql`alter schema public owner to ${owner}`);
    }
  });
  return { superuser: inside, migrator: { ...migrator, database } };
}

/**
 * Runs `work` while the migrator is a superuser: what the project does besides migrations, such as test data, is not a question
 * of rights.
 */
export async function whileSuperuser<T>(
  { superuser, migrator }: DressedCluster,
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T> {
  const become = (attribute: SqlText) =>
    withSession(superuser, { signal }, (session) =>
      session.script(sql`alter role ${quoteIdentifier(migrator.user)} ${attribute}`),
    );
  await become(sql`superuser`);
  const result = await work();
  await become(sql`nosuperuser`);
  return result;
}

/** The superuser with its name on the platform. No session can rename its own role, so another role does it. */
export async function renamedSuperuser(own: Target, name: RawName, signal: AbortSignal): Promise<Target> {
  const [bootstrap] = await withSession(own, { signal }, (session) =>
    session.query<{ name: string }>('select rolname::text as name from pg_catalog.pg_roles where oid = 10'),
  );
  if (bootstrap!.name === name) {
    return own;
  }
  const [helper, password] = [{ ...own, user: 'rolecall_dresser', password: randomPassword() }, randomPassword()];
  await withSession(own, { signal }, (session) =>
    session.script(
      sql`create role ${quoteIdentifier(helper.user)} superuser login password ${quoteLiteral(helper.password)}`,
    ),
  );
  await withSession(helper, { signal }, async (session) => {
    await session.script(sql`alter role ${quoteIdentifier(bootstrap!.name)} rename to ${quoteIdentifier(name)}`);
    await session.script(sql`alter role ${quoteIdentifier(name)} password ${quoteLiteral(password)}`);
  });
  const renamed = { ...own, user: name, password };
  await withSession(renamed, { signal }, (session) => session.script(sql`drop role ${quoteIdentifier(helper.user)}`));
  return renamed;
}

async function roleNames(session: Session): Promise<string[]> {
  const rows = await session.query<{ name: string }>('select rolname::text as name from pg_catalog.pg_roles');
  return rows.map(({ name }) => name);
}

function attributesSql(has: readonly string[]): SqlText {
  return joined(
    attributes.map((attribute) => verbatim(has.includes(attribute) ? attribute : `NO${attribute}`)),
    ' ',
  );
}

import { listed } from '../../common/text.ts';
import { RolecallError } from '../../common/errors.ts';
import { sql, type SqlName } from '../../common/sql.ts';
import { quoteIdentifier } from '../../postgres/quote.ts';
import { withSession, type Session } from '../../postgres/session.ts';
import { serverError } from '../../postgres/sql-error.ts';
import { nameOf, type Target } from '../../postgres/target.ts';
import type { TopologyOptions } from '../topology.ts';

/**
 * Attributes that not every role with CREATEROLE may give. Which role may give which depends on version and provider, so the
 * server is asked.
 */
const beyondLogin = new Set(['SUPERUSER', 'BYPASSRLS', 'REPLICATION', 'CREATEDB', 'CREATEROLE']);

/** What the role that builds the phases must be able to do. */
export type AdminNeeds = Pick<TopologyOptions, 'roles' | 'extensions' | 'needsSuperuser' | 'signal'>;

/**
 * Refuses with `topology-unavailable`, in one message, everything that the run needs and that a role without superuser may not
 * do. The server decides: each step is tried in a transaction that is rolled back. Returns whether the role is a superuser.
 */
export async function requireAdmin(admin: Target, needs: AdminNeeds): Promise<{ isSuperuser: boolean }> {
  return withSession(admin, { signal: needs.signal }, async (session) => {
    const [role] = await session.query<{ super: boolean; createdb: boolean; createrole: boolean }>(
      'select rolsuper as super, rolcreatedb as createdb, rolcreaterole as createrole from pg_catalog.pg_roles where rolname = current_user',
    );
    if (role?.super === true) {
      return { isSuperuser: true };
    }
    if (needs.needsSuperuser === true) {
      throw new RolecallError('topology-unavailable', {
        message: `${nameOf(admin)} is not a superuser: damage is done, and logins are played, as only one may`,
        next: 'Give the URL of a superuser, of a server that is there for tests; `run` does without.',
      });
    }
    const attributes = [
      ...(role?.createdb === true ? [] : ['CREATEDB']),
      ...(role?.createrole === true ? [] : ['CREATEROLE']),
    ];
    const lacks = [
      ...attributes.map((attribute) => `it has no ${attribute}`),
      // Without CREATEROLE it cannot make a role, whatever the attributes.
      ...(role?.createrole === true ? await attributesRefused(session, needs.roles ?? []) : []),
      ...(await extensionsRefused(session, needs.extensions ?? [])),
    ];
    if (lacks.length > 0) {
      throw new RolecallError('topology-unavailable', {
        message: `${nameOf(admin)} is not a superuser, and may not do what the run needs: ${lacks.join('; ')}`,
        next: nextStep(admin.user, attributes, lacks.length > attributes.length),
      });
    }
    return { isSuperuser: false };
  });
}

function nextStep(user: string, attributes: readonly string[], isRefused: boolean): string {
  const grant = `ALTER ROLE ${quoteIdentifier(user)} ${attributes.join(' ')}`;
  const steps = [
    ...(attributes.length > 0 ? [`a superuser may say: ${grant}`] : []),
    ...(isRefused
      ? [
          'for what the server refused, give the role the same attribute (PostgreSQL 16 on), have such roles made beforehand and give --login, or name a file for the extension in migrations.stand_ins',
        ]
      : []),
    'or give the URL of a superuser, of a server that is there for tests',
  ];
  const text = `${steps.join('; ')}.`;
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

/** Roles to which the contract gives an attribute that the session may not give, with the server's words. */
async function attributesRefused(session: Session, roles: NonNullable<AdminNeeds['roles']>): Promise<string[]> {
  const there = await session.query<{ name: string }>(
    'select rolname::text as name from pg_catalog.pg_roles where rolname = any ($1::text[])',
    [roles.map(({ name }) => name)],
  );
  const made = roles.filter(({ name }) => there.every((one) => one.name !== name));
  const wanted = [...new Set(made.flatMap(({ attributes = [] }) => attributes))].filter((one) => beyondLogin.has(one));
  const lines: string[] = [];
  for (const attribute of wanted) {
    const refusal = await tried(session, sql`create role rolecall_trial ${attribute as SqlName}`);
    if (refusal !== undefined) {
      const names = made.filter(({ attributes = [] }) => attributes.includes(attribute)).map(({ name }) => name);
      lines.push(`${listed(names)} has ${attribute} in the contract: ${refusal}`);
    }
  }
  return lines;
}

/** Extensions of the migrations that are not trusted and that the session may not create, with the server's words. */
async function extensionsRefused(session: Session, names: readonly string[]): Promise<string[]> {
  const untrusted = await session.query<{ name: string }>(
    `select e.name::text from pg_catalog.pg_available_extensions as e
     join pg_catalog.pg_available_extension_versions as v on v.name = e.name and v.version = e.default_version
     where e.name = any ($1::text[]) and e.installed_version is null and v.superuser and not v.trusted order by 1`,
    [[...names]],
  );
  const lines: string[] = [];
  for (const { name } of untrusted) {
    const refusal = await tried(session, sql`create extension ${quoteIdentifier(name)}`);
    if (refusal !== undefined) {
      lines.push(`the migrations make the extension ${name}: ${refusal}`);
    }
  }
  return lines;
}

/**
 * Why the server does not permit a statement, which is rolled back; undefined if it does, or if the statement fails for another
 * reason.
 */
async function tried(session: Session, statement: string): Promise<string | undefined> {
  try {
    await session.script(`begin; ${statement}`);
    return undefined;
  } catch (error) {
    const refusal = serverError(error);
    if (refusal === undefined) {
      throw error;
    }
    return refusal.sqlstate === '42501'
      ? `${refusal.message}${refusal.detail === undefined ? '' : `: ${refusal.detail}`} (SQLSTATE 42501)`
      : undefined;
  } finally {
    await session.script('rollback');
  }
}

import { describe, expect, it } from 'vitest';

import { readServerProfile, serverNames } from '../contract/servers/server-profile.ts';
import { builtAsMigrator, foundIn, refusedAsMigrator } from '../testing/as-migrator.ts';
import { sandbox } from '../testing/cli.ts';
import { smallProject } from '../testing/small-project.ts';

/** What no platform's migrator may do, each after the grants of a small project. */
const refused = [
  ['role-attributes-denied', 'alter role app nosuperuser'],
  ['superuser-given', 'create role r1 superuser'],
  ['owner-is-another', 'alter table public.orders owner to app'],
  ['default-privileges-of-another', 'alter default privileges for role app grant select on tables to public'],
  ['reassign-or-drop-owned', 'drop owned by app'],
  ['role-not-assumed', 'set role app'],
  ['predefined-role', 'grant pg_use_reserved_connections to app'],
  ['extension-untrusted', 'create extension file_fdw'],
  ['leakproof', 'create function public.f() returns int language sql leakproof as $$ select 1 $$'],
  ['server-files', `copy public.orders from program 'true'`],
  ['untrusted-language', `create function public.f(int, int) returns int language internal as 'int4pl'`],
] as const;

/** What a provider does for a customer without CREATEROLE. */
const givenTo = (admin: string, roles: readonly string[], there: readonly string[] = []) =>
  roles
    .filter((name) => !there.includes(name))
    .map((name) => `create role ${name} ${name === 'app_user' ? 'login' : 'nologin'};\n`)
    .join('') + `grant ${roles.join(', ')} to ${admin} with admin true, inherit false, set false;\n`;

describe.each(serverNames)('as the migrator of %s', (platform) => {
  const { admin, allows, superuser } = readServerProfile(platform);
  const makesRoles = admin.attributes.includes('CREATEROLE');

  it('this project’s head is the same but for owners and grantors', async () => {
    await using project = await sandbox();
    await project.edit(
      'db/contract.yaml',
      /^migrator:.*\n(?: +.*\n)+/m,
      `migrator: { role: ${admin.role}, platform: ${platform}, given: provision/given.sql }\n`,
    );
    const definer = 'db/migrations/202601211200_db_identity_contract.sql';
    if (!admin.attributes.includes('BYPASSRLS')) {
      await project.edit(definer, 'alter role app_security bypassrls;', 'null;');
    }
    if (!makesRoles) {
      const roles = ['app_user', 'app_rw', 'app_ro', 'app_security'];
      await project.edit('db/provision/given.sql', /^[^]*$/, givenTo(admin.role, roles));
      for (const name of ['db/provision/before.sql', 'db/migrations/202510131000_roles.sql', definer]) {
        await project.edit(name, /^alter role .*\n/gm, '');
      }
    }
    const path = await builtAsMigrator(project.file('db/contract.yaml'));
    expect(foundIn(path)).toEqual([]);
    expect(path).toMatchObject({ same: true, migrator: admin.role, fingerprint: path.expected });
    const builders = path.owners!.map(({ reached }) => reached);
    expect([admin.role, superuser]).toEqual(expect.arrayContaining(builders));
  });

  const small = (statement: string) =>
    smallProject({
      'db/contract.yaml': (text) =>
        text.replace(
          'identities:',
          `migrator: { platform: ${platform}, role: deployer2, given: given.sql }\nidentities:`,
        ),
      'db/given.sql': makesRoles ? '' : givenTo('deployer2', ['app', 'deployer'], [admin.role]),
      'db/migrations/2_grants.sql': (text) => `${text}\n${statement};`,
    });

  it.each(refused)('%s is found with file and line: %s', async (name, statement) => {
    await using project = await small(statement);
    expect(await refusedAsMigrator(project.contract)).toBe(`${name} migrations/2_grants.sql:3`);
  });

  it('an event trigger is refused unless the provider allows it', async () => {
    await using project = await small(
      'create function public.e() returns event_trigger language plpgsql as $$ begin end $$; create event trigger e on ddl_command_end execute function public.e()',
    );
    const isAllowed = allows.some(({ command }) => command === 'CREATE EVENT TRIGGER');
    expect(await refusedAsMigrator(project.contract)).toBe(
      isAllowed ? undefined : 'event-trigger migrations/2_grants.sql:3',
    );
  });
});

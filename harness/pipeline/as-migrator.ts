import { databaseNameOn } from '../topology/topology.ts';
import { runScriptFiles } from '../psql/script-files.ts';
import { accountsOf, type BuildOptions } from './build-phase.ts';
import { walk, type Walked } from './build-paths.ts';
import { dressCluster, dressedDatabase, whileSuperuser } from './dress/cluster.ts';
import { withPermissions } from './dress/permissions.ts';
import { statementsOn } from './dress/platform-statements.ts';
import { stateOf } from './head-state.ts';
import type { Project } from './project.ts';

/** Builds head as production's migrator, on a server of its own that imitates the platform. */
export async function asMigrator(
  options: BuildOptions,
  production: NonNullable<Project['production']>,
): Promise<Walked> {
  const { server, project, migrator, signal } = options;
  const { contract, provision, platform, seeds } = project;
  const cluster = await dressCluster(server.superuser, production, signal);
  const dressed = await dressedDatabase(cluster, databaseNameOn(server, contract.databases.head), signal);
  await runScriptFiles(dressed.superuser, production.given, 'provision-failed', signal);
  const start = await stateOf(dressed.superuser, signal, contract);
  // The platform's objects exist before the migrator connects. Its SQL calls the builder the owner.
  const [brought, before] =
    platform === undefined ? [[], provision.before] : [[platform.provision], provision.before.slice(1)];
  const instead = statementsOn(production.profile, dressed.migrator.user);
  const run = (files: readonly string[]) =>
    runScriptFiles(dressed.migrator, files, 'provision-failed', signal, instead);
  const walked = await walk(
    'as-migrator',
    'head',
    async () => {
      await whileSuperuser(dressed, signal, () =>
        runScriptFiles(dressed.migrator, brought, 'provision-failed', signal),
      );
      await withPermissions(dressed.superuser, production.profile, signal, async () => {
        await run(before);
        await migrator.up(dressed.superuser, contract.revisions.head, {
          ...accountsOf(options),
          migrator: dressed.migrator,
          instead,
        });
        await run(provision.after);
      });
      await whileSuperuser(dressed, signal, () => runScriptFiles(dressed.migrator, seeds, 'seed-failed', signal));
      return { phase: 'head', revision: contract.revisions.head, superuser: dressed.superuser, logins: new Map() };
    },
    options,
  );
  return {
    ...walked,
    as: {
      builder: server.superuser.user,
      superuser: dressed.superuser.user,
      migrator: dressed.migrator.user,
      start: start.facts,
      platform: production.profile.title,
    },
  };
}

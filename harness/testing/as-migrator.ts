import { fingerprint } from '../catalog/fact-text.ts';
import { migratorOf } from '../commands/migrator.ts';
import { asMigrator } from '../pipeline/as-migrator.ts';
import { buildPhase, type BuildOptions } from '../pipeline/build-phase.ts';
import { comparePaths } from '../pipeline/build-paths.ts';
import { stateOf } from '../pipeline/head-state.ts';
import { readProject, type Project } from '../pipeline/project.ts';
import { judgePaths, type BuildPath } from '../proofs/build-paths/judge.ts';
import { embedded } from '../topology/embedded/embedded.ts';
import { testContext } from './head.ts';

/** Head of a project built as the superuser and as the migrator of its contract, each on a server of its own, and compared. */
export function builtAsMigrator(contractFile: string, major = 16): Promise<BuildPath> {
  return withServers(contractFile, major, async (project, optionsOn) => {
    const options = await optionsOn();
    const head = await buildPhase('head', options);
    const state = await stateOf(head.superuser, options.signal, project.contract);
    const observed = { seen: { state }, fingerprint: fingerprint(state.facts) };
    const walked = await asMigrator(await optionsOn(), project.production!);
    return comparePaths([walked], { baseline: observed, head: observed })[0]!;
  });
}

/** The refusal that such a build met, as `name file:line`; undefined if it reached head. */
export function refusedAsMigrator(contractFile: string): Promise<string | undefined> {
  return withServers(contractFile, 16, async (project, optionsOn) => {
    const walked = await asMigrator(await optionsOn(), project.production!);
    const none = { seen: { state: { facts: [] } }, fingerprint: '' };
    const paths = comparePaths([walked], { baseline: none, head: none });
    return walked.error === null ? undefined : foundIn(paths[0]!).join('\n');
  });
}

async function withServers<T>(
  contractFile: string,
  major: number,
  work: (project: Project, optionsOn: () => Promise<BuildOptions>) => Promise<T>,
): Promise<T> {
  const { context } = testContext({ PATH: process.env['PATH']! });
  const { releasers, signal } = context;
  try {
    const project = await readProject(contractFile);
    return await work(project, async () => ({
      server: await embedded.start('head', { ...context, major }),
      project,
      migrator: migratorOf(project, context),
      reporter: {},
      signal,
      passwords: new Map<string, string>(),
    }));
  } finally {
    await releasers.release();
  }
}

/** The findings about such a build, as `access file:line`, and the facts that differ. */
export function foundIn(path: BuildPath): string[] {
  return judgePaths([path]).flatMap(({ code, access = '', location, message }) =>
    location === undefined
      ? [`${code} ${message}`]
      : [`${access} ${location.file.replace(/^.*\/db\//, '')}:${location.line}`],
  );
}

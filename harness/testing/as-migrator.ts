import { fingerprint } from '../catalog/fact-text.ts';
import { migratorOf } from '../commands/migrator.ts';
import { asMigrator } from '../pipeline/as-migrator.ts';
import { buildPhase } from '../pipeline/build-phase.ts';
import { comparePaths } from '../pipeline/build-paths.ts';
import { stateOf } from '../pipeline/head-state.ts';
import { readProject } from '../pipeline/project.ts';
import { judgePaths, type BuildPath } from '../proofs/build-paths/judge.ts';
import { embedded } from '../topology/embedded/embedded.ts';
import { testContext } from './head.ts';

/** Head of a project built as the superuser and as the migrator of its contract, each on a server of its own, and compared. */
export async function builtAsMigrator(contractFile: string, major = 16): Promise<BuildPath> {
  const { context } = testContext({ PATH: process.env['PATH']! });
  const { releasers, signal } = context;
  try {
    const project = await readProject(contractFile);
    const optionsOn = async () => ({
      server: await embedded.start('head', { ...context, major }),
      project,
      migrator: migratorOf(project, context),
      reporter: {},
      signal,
      passwords: new Map<string, string>(),
    });
    const [first, second] = [await optionsOn(), await optionsOn()];
    const head = await buildPhase('head', first);
    const state = await stateOf(head.superuser, signal, project.contract);
    const observed = { seen: { state }, fingerprint: fingerprint(state.facts) };
    const walked = await asMigrator(second, project.production!);
    return comparePaths([walked], { baseline: observed, head: observed })[0]!;
  } finally {
    await releasers.release();
  }
}

/** What is found of such a build: `access file:line`, and the facts that differ. */
export function foundIn(path: BuildPath): string[] {
  return judgePaths([path]).flatMap(({ code, access = '', location, message }) =>
    location === undefined
      ? [`${code} ${message}`]
      : [`${access} ${location.file.replace(/^.*\/db\//, '')}:${location.line}`],
  );
}

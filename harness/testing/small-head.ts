import type { BuiltPhase } from '../attempts/built-phase.ts';
import { sqlFolder } from '../migrations/sql-folder.ts';
import { buildPhase } from '../pipeline/build-phase.ts';
import { readProject, type Project } from '../pipeline/project.ts';
import type { TestServer } from './server.ts';
import { smallProject } from './small-project.ts';

/** The head of a small project with these files, on a server; the files themselves are gone. */
export async function buildSmallHead(
  server: TestServer,
  more: Parameters<typeof smallProject>[0],
  signal: AbortSignal,
): Promise<{ project: Project; built: BuiltPhase }> {
  await using small = await smallProject(more);
  const project = await readProject(small.contract);
  const migrator = sqlFolder(project.resolve('migrations'), signal);
  const started = { superuser: server.superuser, log: () => Promise.resolve('') };
  const options = { server: started, project, migrator, reporter: {}, signal, passwords: new Map<string, string>() };
  return { project, built: await buildPhase('head', options) };
}

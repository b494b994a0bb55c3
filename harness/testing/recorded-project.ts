import type { KeyObject } from 'node:crypto';

import { writePack } from '../pack/write-pack.ts';
import { readProject } from '../pipeline/project.ts';
import { runChild } from '../process/child.ts';
import { proven } from '../render/evidence.fixture.ts';
import { packFiles } from '../render/pack-files.ts';
import { smallProject, type SmallProject } from './small-project.ts';

const silent = { log: '', version: '', artefacts: new Map<string, string>() };
const raw = { facts: { baseline: [], head: [] }, servers: { baseline: silent, head: silent } };
export const gitEnv = { PATH: process.env['PATH']!, HOME: '/nonexistent' };

/** A small project in a git repository, whose packs are written without a database. */
export interface RecordedProject extends SmallProject {
  out: string;
  git(...args: string[]): Promise<string>;
  /** Commits everything, and returns the commit. */
  commit(): Promise<string>;
  /** Writes a pack of the current project, and commits it. `run` has the values that differ. */
  record(id: string, run?: Partial<typeof proven.run>, key?: KeyObject): Promise<string>;
}

export async function recordedProject(): Promise<RecordedProject> {
  const project = await smallProject();
  const out = project.file('reports');
  const git = async (...args: string[]) => {
    const identity = ['-c', 'user.name=t', '-c', 'user.email=t@example.org'];
    return (await runChild('git', [...identity, ...args], { cwd: project.folder, env: gitEnv })).trim();
  };
  const commit = async () => {
    await git('add', '.');
    await git('commit', '--quiet', '--allow-empty', '--message', 'one');
    return git('rev-parse', 'HEAD');
  };
  const record: RecordedProject['record'] = async (id, run = {}, key = undefined) => {
    const { inputsSha256 } = await readProject(project.contract);
    const own = { id, contract: 'small', inputs_sha256: inputsSha256, git_commit: await git('rev-parse', 'HEAD') };
    const evidence = { ...proven, run: { ...proven.run, ...own, git_dirty: false, ...run } };
    const pack = await writePack(out, evidence, packFiles(evidence, raw), key);
    await commit();
    return pack;
  };
  await git('init', '--quiet');
  await commit();
  return { ...project, out, git, commit, record };
}

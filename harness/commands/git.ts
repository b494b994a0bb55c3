import { runChild } from '../common/child.ts';
import type { Context } from './context.ts';

/** The commit checked out in `cwd`, and whether files other than those under `out` differ from it. */
export async function gitState(cwd: string, out: string, { env, signal }: Context): Promise<{ commit: string | null; dirty: boolean }> {
  const options = { cwd, env: { PATH: env['PATH'] ?? '', HOME: env['HOME'] ?? '' }, signal };
  try {
    const commit = await runChild('git', ['rev-parse', '--verify', 'HEAD'], options);
    const changes = await runChild('git', ['status', '--porcelain', '--', '.', `:(exclude)${out}`], options);
    return { commit: commit.trim(), dirty: changes.trim() !== '' };
  } catch {
    // No git, no repository, or no commit yet: the evidence says so by null.
    signal.throwIfAborted();
    return { commit: null, dirty: false };
  }
}

import path from 'node:path';

import { slashed } from '../common/slashes.ts';
import { runChild } from '../process/child.ts';
import type { Context } from './context.ts';

/**
 * The commit checked out around `file`, and whether anything in its work tree differs from it, including untracked files but
 * without `out`.
 */
export async function gitState(
  file: string,
  out: string,
  { env, signal }: Context,
): Promise<{ commit: string | null; dirty: boolean; repository?: string }> {
  const git = gitIn({ env, signal });
  try {
    const root = (await git(path.dirname(path.resolve(file)), 'rev-parse', '--show-toplevel')).trim();
    const commit = await git(root, 'rev-parse', '--verify', 'HEAD');
    const reports = slashed(path.relative(root, path.resolve(out)));
    const excluded = reports === '' || reports.startsWith('..') ? [] : [`:(exclude,literal)${reports}`];
    const changes = await git(root, 'status', '--porcelain', '--', '.', ...excluded);
    const remote = await git(root, 'remote', 'get-url', 'origin').catch(() => '');
    signal.throwIfAborted();
    const repository = repositoryUri(remote.trim());
    return { commit: commit.trim(), dirty: changes.trim() !== '', ...(repository === undefined ? {} : { repository }) };
  } catch {
    // Without git, a repository or a commit, the evidence has null.
    signal.throwIfAborted();
    return { commit: null, dirty: false };
  }
}

/** The URL at which a browser finds a remote, without a login; undefined for a folder, or for text that is not a URL. */
export function repositoryUri(remote: string): string | undefined {
  const scp = /^(?:[\w.-]+@)?([\w.-]{2,}):(?!\/\/)\/?(.+)$/.exec(remote);
  const text = scp === null ? remote : `https://${scp[1]!}/${scp[2]!}`;
  if (!URL.canParse(text)) {
    return undefined;
  }
  const { protocol, hostname, pathname } = new URL(text);
  return ['https:', 'http:', 'ssh:', 'git:'].includes(protocol) && hostname.includes('.')
    ? `https://${hostname}${pathname.replace(/\.git$/, '')}`
    : undefined;
}

/** Runs git in a folder. */
function gitIn({ env: { PATH = '', HOME }, signal }: Pick<Context, 'env' | 'signal'>) {
  // If HOME is not set, as on Windows, git finds its settings by other variables. It would not with an empty HOME.
  const env = { PATH, ...(HOME !== undefined && { HOME }) };
  return (cwd: string, ...args: string[]) => runChild('git', args, { cwd, env, signal });
}

/**
 * The commits that lead to the one checked out around `folder`, and whether the clone is shallow; undefined outside of a
 * repository.
 */
export async function historyOf(
  folder: string,
  context: Context,
): Promise<{ commits: string[]; isShallow: boolean } | undefined> {
  const git = gitIn(context);
  const cwd = path.resolve(folder);
  try {
    const commits = (await git(cwd, 'rev-list', 'HEAD')).trim().split('\n');
    return { commits, isShallow: (await git(cwd, 'rev-parse', '--is-shallow-repository')).trim() === 'true' };
  } catch {
    context.signal.throwIfAborted();
    return undefined;
  }
}

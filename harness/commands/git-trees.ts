import { realpath } from 'node:fs/promises';
import path from 'node:path';

import { messageOf, RolecallError } from '../common/errors.ts';
import { slashed } from '../common/slashes.ts';
import { runChild } from '../process/child.ts';
import { makePrivateFolder, removeFolder, removeFolderNow } from '../topology/private-folder.ts';
import type { Context } from './context.ts';

/** A git repository, as far as comparing two of its revisions needs it. */
export interface Repository {
  root: string;
  git: (args: readonly string[], env?: Record<string, string>) => Promise<string>;
}

/** A folder with the files of a commit, or the work tree. */
export interface Tree {
  folder: string;
  /** Undefined for the work tree. */
  commit: string | undefined;
  /** The name in an answer. */
  name: string;
}

/** The repository that a file is in. Refuses a file outside of any. */
export async function repositoryOf(file: string, { env, signal }: Context): Promise<Repository> {
  const { PATH = '', HOME } = env;
  const given = { PATH, ...(HOME !== undefined && { HOME }), LC_ALL: 'C' };
  const run = (cwd: string, args: readonly string[], more: Record<string, string> = {}) =>
    runChild('git', args, { cwd, env: { ...given, ...more }, signal });
  let folder = path.dirname(path.resolve(file));
  for (; ; folder = path.dirname(folder)) {
    try {
      folder = await realpath(folder);
      break;
    } catch (error) {
      if (folder === path.dirname(folder)) {
        throw error;
      }
    }
  }
  try {
    const root = (await run(folder, ['rev-parse', '--show-toplevel'])).trim();
    return { root, git: (args, more) => run(root, args, more) };
  } catch (error) {
    signal.throwIfAborted();
    throw new RolecallError('bad-argument', {
      message: `${path.dirname(file)} is not in a git repository that can be read: ${messageOf(error).split('\n').at(-1)!}`,
      next: 'Run it in a clone, with git on the PATH.',
      cause: error,
    });
  }
}

/** A path as the repository has it. */
export async function inRepository({ root }: Repository, file: string): Promise<string> {
  const folder = await realpath(path.dirname(path.resolve(file))).catch(() => path.dirname(path.resolve(file)));
  return slashed(path.relative(await realpath(root), path.join(folder, path.basename(file))));
}

/** The commit of a revision. If it is missing, this refuses and says what to fetch. */
export async function commitOf({ git }: Repository, revision: string, flag: string): Promise<string> {
  try {
    return (await git(['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`])).trim();
  } catch (error) {
    const [, remote, branch] = /^(origin)\/(.+)$/.exec(revision) ?? [];
    const fetch = remote === undefined ? 'git fetch origin' : `git fetch ${remote} ${branch!}`;
    throw new RolecallError('bad-argument', {
      message: `${flag} is not a commit that is here`,
      next: (await isShallow(git))
        ? `This clone is shallow: fetch what it lacks by \`git fetch --unshallow\` (actions/checkout: fetch-depth: 0).`
        : `Fetch it: \`${fetch}\`, or name another.`,
      cause: error,
    });
  }
}

/**
 * The commit at which the branch of `head` left `base`. What came to base later does not belong to the change. In unrelated
 * histories it is base itself.
 */
export async function mergeBase({ git }: Repository, base: string, head: string): Promise<string> {
  const found = await git(['merge-base', base, head]).catch(() => '');
  if (found.trim() === '' && (await isShallow(git))) {
    throw new RolecallError('bad-argument', {
      message: 'this clone is shallow, and where the two revisions part is not in it',
      next: 'Fetch what it lacks by `git fetch --unshallow` (actions/checkout: fetch-depth: 0).',
    });
  }
  return found.trim() === '' ? base : found.trim();
}

async function isShallow(git: Repository['git']): Promise<boolean> {
  return (await git(['rev-parse', '--is-shallow-repository']).catch(() => '')).trim() === 'true';
}

/**
 * The tree of a commit in a folder of its own, which is removed when the process ends. It has an index of its own, so that
 * neither the repository nor its work tree is touched, and it includes what .gitattributes leaves out of archives.
 */
export async function checkedOut(
  { git }: Repository,
  commit: string,
  name: string,
  { tempDirs, releasers }: Context,
): Promise<Tree> {
  const own = await makePrivateFolder(tempDirs, 16 * 2 ** 20, undefined);
  await releasers.add(`the folder ${own}`, {
    release: () => removeFolder(own),
    atExit: () => {
      removeFolderNow(own);
      return undefined;
    },
  });
  const index = { GIT_INDEX_FILE: path.join(own, 'index') };
  const folder = path.join(own, 'tree');
  await git(['read-tree', commit], index);
  await git(['checkout-index', '--all', '--quiet', `--prefix=${folder}/`], index);
  return { folder, commit, name };
}

/**
 * Files that differ between a commit and another one, or the work tree including untracked files, by their paths in the
 * repository.
 */
export async function changedFiles({ git }: Repository, base: string, head: string | undefined): Promise<string[]> {
  const tracked = await git([
    'diff',
    '--name-only',
    '--no-renames',
    '-z',
    base,
    ...(head === undefined ? [] : [head]),
    '--',
  ]);
  const others = head === undefined ? await git(['ls-files', '--others', '--exclude-standard', '-z']) : '';
  return [...new Set([...tracked.split('\0'), ...others.split('\0')])].filter((name) => name !== '').toSorted();
}

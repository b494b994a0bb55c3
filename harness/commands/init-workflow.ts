import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';

import { slashed } from '../common/slashes.ts';
import { migratorSetup } from '../draft/migrator-setup.ts';
import { workflowText } from '../draft/workflow.ts';
import type { DraftFiles } from './init-files.ts';

/** Writes a workflow to GitHub's folder; `command` is what migrates, if a program does. An existing one stays as it is. */
export async function draftWorkflow(
  files: DraftFiles,
  version: string,
  command: readonly string[] | undefined,
): Promise<void> {
  const root = repositoryOf(process.cwd());
  const contract = slashed(path.relative(root, path.resolve(files.contract)));
  const below = slashed(path.relative(root, process.cwd()));
  const migrator = command === undefined ? undefined : migratorSetup(command, { below, has: existsSync });
  const text = workflowText({ version, contract, isInstalled: await isInstalled(root), migrator });
  const file = path.relative(process.cwd(), path.join(root, '.github', 'workflows', 'rolecall.yml'));
  await files.write(file, text).catch(onlyWhereItIsThere);
}

/** The root of the repository that `folder` is in, or `folder` itself outside of one. */
function repositoryOf(folder: string): string {
  for (let at = folder; ; at = path.dirname(at)) {
    if (existsSync(path.join(at, '.git'))) {
      return at;
    }
    if (at === path.dirname(at)) {
      return folder;
    }
  }
}

/** Whether `npm ci` in a clone of `root` installs this program: a file or folder outside of it is in no clone. */
export async function isInstalled(root: string): Promise<boolean> {
  const text = await readFile(path.join(root, 'package-lock.json'), 'utf8').catch(() => '{}');
  try {
    const { packages } = JSON.parse(text) as { packages?: Record<string, { resolved?: string } | undefined> };
    const found = packages?.['node_modules/rolecall'];
    return found !== undefined && !isOutside(found.resolved ?? '');
  } catch {
    // npm cannot read the lockfile either.
    return false;
  }
}

function isOutside(resolved: string): boolean {
  const file = resolved.replace(/^file:/, '');
  return !/^[a-z+]+:/i.test(file) && (path.isAbsolute(file) || path.normalize(file).startsWith('..'));
}

function onlyWhereItIsThere(error: unknown): void {
  if ((error as { code?: string }).code !== 'EEXIST') {
    throw error;
  }
}

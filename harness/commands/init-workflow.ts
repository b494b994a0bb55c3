import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';

import { slashed } from '../common/slashes.ts';
import { workflowText } from '../draft/workflow.ts';
import type { DraftFiles } from './init-files.ts';

/** Writes a workflow to GitHub's folder. An existing one stays as it is. */
export async function draftWorkflow(files: DraftFiles, version: string): Promise<void> {
  const root = repositoryOf(process.cwd());
  const contract = slashed(path.relative(root, path.resolve(files.contract)));
  const text = workflowText({ version, contract, isInstalled: await isInstalled(root) });
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

/** Whether `npm ci` in `root` installs this program. */
async function isInstalled(root: string): Promise<boolean> {
  const text = await readFile(path.join(root, 'package-lock.json'), 'utf8').catch(() => '{}');
  try {
    const { packages } = JSON.parse(text) as { packages?: Record<string, unknown> };
    return packages?.['node_modules/rolecall'] !== undefined;
  } catch {
    // npm cannot read the lockfile either.
    return false;
  }
}

function onlyWhereItIsThere(error: unknown): void {
  if ((error as { code?: string }).code !== 'EEXIST') {
    throw error;
  }
}

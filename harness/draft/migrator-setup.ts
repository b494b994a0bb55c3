import path from 'node:path';

import { quoted } from '../report/commands-again.ts';
import type { MigratorSetup } from './workflow.ts';

/** Where a project lies, and which of its files are there. */
export interface ProjectFolder {
  /** From the root of the repository, by `/`; '' for the root itself. */
  below: string;
  has(file: string): boolean;
}

/** What a job must install before `command` can migrate: for Alembic the commands, for another program only its name. Pure. */
export function migratorSetup(command: readonly string[], folder: ProjectFolder): MigratorSetup {
  const [python = '', ...words] = command;
  if (!words.includes('alembic.config')) {
    return { program: command.filter((word) => !word.includes('{revision}')).join(' '), commands: [] };
  }
  const own = /^(\.?venv)\/bin\/python$/.exec(python)?.[1];
  const environment = own ?? '"$RUNNER_TEMP/python"';
  return {
    program: 'Alembic',
    commands: [
      ...(folder.below === '' ? [] : [`cd ${quoted(folder.below)}`]),
      `python3 -m venv ${environment}`,
      `${environment}/bin/pip install ${packagesOf(folder)}`,
      ...(own === undefined ? ['echo "$RUNNER_TEMP/python/bin" >> "$GITHUB_PATH"'] : []),
    ],
  };
}

function packagesOf({ has }: ProjectFolder): string {
  const requirements = ['requirements.txt', path.posix.join('requirements', 'base.txt')].find(has);
  if (requirements !== undefined) {
    return `-r ${requirements}`;
  }
  return ['pyproject.toml', 'setup.py'].some(has) ? '.' : 'alembic psycopg2-binary # and what else env.py imports';
}

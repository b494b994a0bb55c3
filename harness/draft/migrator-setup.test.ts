import { describe, expect, it } from 'vitest';

import { migratorSetup } from './migrator-setup.ts';

const folder = (below: string, ...files: string[]) => ({ below, has: (file: string) => files.includes(file) });
const alembic = (python: string) => [python, '-m', 'alembic.config', 'upgrade', '{revision}'];

describe('what a job installs before it migrates', () => {
  it('is the environment that the contract names, with what the project lists', () => {
    expect(migratorSetup(alembic('.venv/bin/python'), folder('', 'requirements.txt', 'pyproject.toml'))).toEqual({
      program: 'Alembic',
      commands: ['python3 -m venv .venv', '.venv/bin/pip install -r requirements.txt'],
    });
    expect(migratorSetup(alembic('venv/bin/python'), folder("it's here", 'pyproject.toml')).commands).toEqual([
      String.raw`cd 'it'\''s here'`,
      'python3 -m venv venv',
      'venv/bin/pip install .',
    ]);
  });

  it('is an environment of the job’s own on the path, if the contract names only python3', () => {
    expect(migratorSetup(alembic('python3'), folder('')).commands).toEqual([
      'python3 -m venv "$RUNNER_TEMP/python"',
      expect.stringMatching(/^"\$RUNNER_TEMP\/python"\/bin\/pip install alembic /),
      'echo "$RUNNER_TEMP/python/bin" >> "$GITHUB_PATH"',
    ]);
  });

  it('is not known of another program', () => {
    expect(migratorSetup(['bin/migrate', 'up', '{revision}'], folder(''))).toEqual({
      program: 'bin/migrate up',
      commands: [],
    });
  });
});

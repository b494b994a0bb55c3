import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterEach, beforeEach, expect, it } from 'vitest';

import type { RolecallError } from '../common/errors.ts';
import { migrationCommand } from './command.ts';

let cwd: string;
beforeEach(async () => {
  cwd = await mkdtemp(path.join(tmpdir(), 'rolecall-python-'));
});
afterEach(() => rm(cwd, { recursive: true, force: true }));

/** The next step of a migration by a Python that says this; by none if it says nothing. */
async function nextAfter(python: string, says?: string, module = 'alembic.config'): Promise<string> {
  const file = path.join(cwd, '.venv/bin', 'python3');
  if (says !== undefined) {
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, `#!/bin/sh\necho "$0: ${says}" >&2\nexit 1\n`);
    await chmod(file, 0o755);
  }
  const target = { host: '127.0.0.1', port: 1, user: 'u', password: 'p', database: 'd' };
  const env = { PATH: path.dirname(file) };
  const command = [python, '-m', module, 'upgrade', '{revision}'];
  // As a project is often found: by a path from where the program runs.
  const given = path.relative(process.cwd(), cwd);
  return migrationCommand({ command, urlEnv: 'DB_URL', cwd: given, env }, new AbortController().signal)
    .up(target, 'head')
    .then(
      () => expect.fail('it did not fail'),
      (error: RolecallError) => error.next ?? '',
    );
}

it.runIf(process.platform !== 'win32')(
  'a Python without Alembic is named, and where another one is looked for',
  async () => {
    const said = `The Python was ${path.join(cwd, '.venv/bin/python3')}: \`python3 -m alembic.config --help\` must answer in ${cwd}.`;
    const next = await nextAfter('python3', 'No module named alembic');
    expect(next).toContain(said);
    expect(next).toContain('takes .venv/bin/python or venv/bin/python of the project where there is one');
    expect(await nextAfter('.venv/bin/python3', "No module named 'alembic'")).toContain(
      said.replace('`python3', '`.venv/bin/python3'),
    );
  },
);

it('a Python that is not there is said to be missing', async () => {
  expect(await nextAfter('python3')).toContain('There is no python3 on the PATH: `python3 -m');
});

it('another failure, or another program, is to be run by hand', async () => {
  expect(await nextAfter('python3', 'no such revision')).toMatch(/^Run it by hand/);
  expect(await nextAfter('python3', 'No module named alembic', 'yoyo')).toMatch(/^Run it by hand/);
});

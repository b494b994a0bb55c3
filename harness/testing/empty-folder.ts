import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterEach, beforeEach } from 'vitest';

import { rolecall } from './cli.ts';

/** A folder that is empty before each test of a file and removed after it. The program runs in it. */
export function emptyFolder(env: Record<string, string> = {}) {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'rolecall-empty-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));
  const file = (name = '') => path.join(folder, name);
  return {
    file,
    put: async (name: string, text: string) => {
      await mkdir(path.dirname(file(name)), { recursive: true });
      await writeFile(file(name), text);
    },
    read: (name: string) => readFile(file(name), 'utf8'),
    at: (...args: string[]) => rolecall(args, { cwd: folder, env }),
  };
}

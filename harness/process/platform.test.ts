import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { describe, expect, it, onTestFinished } from 'vitest';

import { runChild } from './child.ts';
import { onceEnded } from './once-ended.ts';
import { programFile, systemEnv } from './platform.ts';
import { endingOf } from './process-tree.ts';

describe('on Windows', () => {
  it('a program is a file of its own kind, and its environment what libuv always adds', () => {
    expect([programFile('initdb', 'win32'), systemEnv('win32')]).toEqual(['initdb.exe', {}]);
    expect([programFile('initdb', 'linux'), systemEnv('linux')]).toEqual(['initdb', { PATH: '/bin:/usr/bin' }]);
  });

  it('a process is ended with what it started, by force', () => {
    expect(endingOf(7)).toEqual(['taskkill', ['/PID', '7', '/T', '/F']]);
  });

  it('a program that waits for another to end is Node, where elsewhere it is the shell', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'rolecall-platform-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const file = path.join(folder, 'done');
    const writing = (what: string) =>
      `require("node:fs").appendFileSync(${JSON.stringify(file)}, ${JSON.stringify(what)})`;
    let waited: Promise<string> | undefined;
    await runChild(process.execPath, ['-e', `setTimeout(() => ${writing('first ')}, 500)`], {
      cwd: folder,
      onStarted: (pid) => {
        const [program, args] = onceEnded(pid, process.execPath, ['-e', writing('then')], 'win32');
        waited = runChild(program, args, { cwd: folder });
      },
    });
    await waited;
    expect(await readFile(file, 'utf8')).toBe('first then');
    expect(onceEnded(7, 'docker', ['rm'], 'linux')[0]).toBe('/bin/sh');
  });
});

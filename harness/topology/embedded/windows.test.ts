import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { describe, expect, it, onTestFinished } from 'vitest';

import type { Platform } from '../../process/platform.ts';
import { copyTree } from './copy-tree.ts';
import { ownSettings } from './server-process.ts';
import { commandLineOf, namesFolder } from './sweep-command.ts';

describe.each<Platform>(['linux', 'win32'])('a data folder as on %s', (platform) => {
  it('is copied whole, with what only its owner may read', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'rolecall-copy-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const from = path.join(folder, 'from');
    await mkdir(path.join(from, 'base', 'empty'), { recursive: true });
    await writeFile(path.join(from, 'base', 'PG_VERSION'), '16\n', { mode: 0o600 });
    await chmod(from, 0o700);
    const to = path.join(folder, 'to');
    await copyTree(from, to, { cwd: folder }, platform);
    expect(await readFile(path.join(to, 'base', 'PG_VERSION'), 'utf8')).toBe('16\n');
    const modes = await Promise.all(
      ['', 'base/PG_VERSION', 'base/empty'].map(async (name) => (await stat(path.join(to, name))).mode & 0o777),
    );
    expect(modes.slice(0, 2)).toEqual([0o700, 0o600]);
  });

  it('is not copied after an abort', async () => {
    const controller = new AbortController();
    controller.abort();
    await expect(
      copyTree('/nowhere', '/nowhere/else', { cwd: '/', signal: controller.signal }, platform),
    ).rejects.toThrow();
  });
});

describe('on Windows', () => {
  it('a server has the one kind of shared memory that there is', () => {
    expect([ownSettings('win32'), ownSettings('linux')]).toMatchObject([
      { dynamic_shared_memory_type: 'windows', listen_addresses: '127.0.0.1', unix_socket_directories: '' },
      { dynamic_shared_memory_type: 'mmap' },
    ]);
  });

  it('PowerShell says with what a process was started, where elsewhere ps does', () => {
    expect(commandLineOf(7, 'win32')).toEqual([
      'powershell',
      expect.arrayContaining(["(Get-CimInstance Win32_Process -Filter 'ProcessId=7').CommandLine"]),
    ]);
    expect(commandLineOf(7, 'linux')).toEqual(['ps', ['-ww', '-o', 'command=', '-p', '7']]);
  });

  it('a server is ours by its folder, written with either slash', () => {
    const data = String.raw`C:\Users\a\AppData\Local\Temp\rolecall-1-x\data`;
    expect(namesFolder('"C:/pg/bin/postgres.exe" -D "C:/Users/a/AppData/Local/Temp/rolecall-1-x/data"', data)).toBe(
      true,
    );
    expect(namesFolder(`postgres.exe -D ${data}`, data)).toBe(true);
    expect(namesFolder('"C:/pg/bin/postgres.exe" -D "C:/Users/a/other/data"', data)).toBe(false);
  });
});

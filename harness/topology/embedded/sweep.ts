import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { runChild } from '../../process/child.ts';
import { isWindows, systemEnv } from '../../process/platform.ts';
import { sweepDrafts } from '../../process/temp-folders.ts';
import { isAlive } from '../../process/owner.ts';
import { abandonedFolders, removeFolder } from '../private-folder.ts';
import { cacheParts } from './cache-entry.ts';
import { commandLineOf, namesFolder } from './sweep-command.ts';

/** Ends the servers and removes the folders of killed runs, and removes what they left unfinished in the cache. */
export async function sweepAbandoned(tempDirs: readonly string[], cacheDir: string): Promise<void> {
  for (const folder of await abandonedFolders(tempDirs)) {
    await endServer(path.join(folder, 'data'));
    await removeFolder(folder);
  }
  for (const part of cacheParts) {
    await sweepDrafts(path.join(cacheDir, part), '');
  }
}

async function endServer(data: string): Promise<void> {
  const pidFile = path.join(data, 'postmaster.pid');
  const pid = Number.parseInt(await readFile(pidFile, 'utf8').catch(() => ''), 10);
  // The process id may belong to another program by now. Only a server of exactly this folder is ended.
  if (!Number.isInteger(pid) || !namesFolder(await commandOf(pid), data)) {
    return;
  }
  try {
    // Windows can only end the process. Its backends see that it is gone, and end too.
    process.kill(pid, isWindows() ? 'SIGKILL' : 'SIGQUIT');
  } catch {
    // Another run has just ended it.
    return;
  }
  // It removes its file last. Without a parent it may stay in the list of processes for ever, so the file counts.
  for (let waited = 0; isAlive(pid) && existsSync(pidFile) && waited < 5000; waited += 20) {
    await delay(20);
  }
}

async function commandOf(pid: number): Promise<string> {
  const [program, args] = commandLineOf(pid);
  return runChild(program, args, { cwd: tmpdir(), env: systemEnv() }).catch(() => '');
}

import { existsSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';

import { runChild, runChildNow } from '../../process/child.ts';
import { programFile, systemEnv } from '../../process/platform.ts';
import { messageOf } from '../../common/errors.ts';
import { postmasterName, type Postmaster, type PostmasterOptions } from './postmaster.ts';

/** How many seconds a server may take to start or to stop. */
const waitSeconds = '60';

/**
 * Starts a server by pg_ctl and ends it by pg_ctl. On Windows nothing else works: `postgres` refuses to run as an administrator,
 * and only pg_ctl drops those rights; and a server there only takes the signals that pg_ctl sends through a pipe.
 */
export async function startControlledPostmaster({
  program,
  data,
  flags,
  runAs,
  releasers,
  signal,
}: PostmasterOptions): Promise<Postmaster | string> {
  const folder = path.dirname(data);
  const control = path.join(path.dirname(program), programFile('pg_ctl'));
  const logFile = path.join(folder, 'server.log');
  // The server that it starts would hold our end of a pipe open as long as it runs.
  const options = { cwd: folder, env: { ...systemEnv(), LC_ALL: 'C', TZ: 'UTC' }, runAs, unread: true };
  const isThere = () => existsSync(path.join(data, 'postmaster.pid'));
  // Immediately, because its data will be removed.
  const stop = ['stop', '-s', '-w', '-t', waitSeconds, '-m', 'immediate', '-D', data];
  await releasers.add(postmasterName, {
    release: async () => {
      if (isThere()) {
        await runChild(control, stop, options).catch((error: unknown) => {
          // A Ctrl-C in its console has ended it in the meantime.
          if (isThere()) {
            throw error;
          }
        });
      }
    },
    atExit: () => {
      if (isThere()) {
        runChildNow(control, stop, options);
      }
    },
  });
  const log = () => readLog(logFile);
  // It may report a port that was in use.
  await rm(logFile, { force: true });
  try {
    // It always runs to its end: if it is cut off, it leaves a server whose process id nobody knows yet.
    const start = ['start', '-s', '-w', '-t', waitSeconds, '-D', data, '-l', logFile, '-o', optionsText(flags)];
    await runChild(control, start, { ...options, ownGroup: true });
  } catch (error) {
    return log() || messageOf(error);
  } finally {
    signal.throwIfAborted();
  }
  return { log };
}

/**
 * Flags as the text that pg_ctl passes to a shell (cmd on Windows). None of our flags contains a character that the shells quote
 * differently.
 */
export function optionsText(flags: readonly string[]): string {
  return flags.map((flag) => (/^[\w.,=/:-]+$/.test(flag) ? flag : `"${flag}"`)).join(' ');
}

/** On Windows lines end differently. */
function readLog(file: string): string {
  return existsSync(file) ? readFileSync(file, 'utf8').replaceAll('\r\n', '\n') : '';
}

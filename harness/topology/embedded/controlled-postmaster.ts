import { existsSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';

import { runChild, runChildNow } from '../../process/child.ts';
import { programFile, systemEnv } from '../../process/platform.ts';
import { messageOf } from '../../common/errors.ts';
import { postmasterName, type Postmaster, type PostmasterOptions } from './postmaster.ts';

/** Seconds for a server to come up or to go. */
const waitSeconds = '60';

/**
 * Starts a server by pg_ctl and ends it by pg_ctl. On Windows nothing else can: `postgres` refuses to run as an administrator,
 * of whose rights pg_ctl rids it, and it has no signals but those that pg_ctl sends through a pipe.
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
  // What it starts would hold our end of a pipe open for as long as it runs.
  const options = { cwd: folder, env: { ...systemEnv(), LC_ALL: 'C', TZ: 'UTC' }, runAs, unread: true };
  const isThere = () => existsSync(path.join(data, 'postmaster.pid'));
  // At once: its data is about to be removed.
  const stop = ['stop', '-s', '-w', '-t', waitSeconds, '-m', 'immediate', '-D', data];
  await releasers.add(postmasterName, {
    release: async () => {
      if (isThere()) {
        await runChild(control, stop, options).catch((error: unknown) => {
          // A Ctrl-C in its console has ended it meanwhile.
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
  // It may tell of a port that was taken.
  await rm(logFile, { force: true });
  try {
    // To its end whatever comes: one that is cut off leaves a server that nobody knows the number of yet.
    const start = ['start', '-s', '-w', '-t', waitSeconds, '-D', data, '-l', logFile, '-o', optionsText(flags)];
    await runChild(control, start, { ...options, ownGroup: true });
  } catch (error) {
    return log() || messageOf(error);
  } finally {
    signal.throwIfAborted();
  }
  return { log };
}

/** Flags as the text that pg_ctl hands to a shell, which is cmd on Windows: none of ours holds what either takes in quotes. */
export function optionsText(flags: readonly string[]): string {
  return flags.map((flag) => (/^[\w.,=/:-]+$/.test(flag) ? flag : `"${flag}"`)).join(' ');
}

/** Windows ends lines in its own way. */
function readLog(file: string): string {
  return existsSync(file) ? readFileSync(file, 'utf8').replaceAll('\r\n', '\n') : '';
}

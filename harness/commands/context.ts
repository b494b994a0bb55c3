import { readFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';

import { RolecallError } from '../common/errors.ts';
import { withoutPasswords } from '../common/redaction.ts';
import type { Releasers } from '../process/releasers.ts';

/** What a command knows of the world: made once, passed on. Nothing below commands/ reads the environment. */
export interface Context {
  env: Readonly<Record<string, string | undefined>>;
  cacheDir: string;
  tempDirs: readonly string[];
  /** Silence after which a server is asked whether it is there; undefined for the default. */
  answerTimeoutMs?: number | undefined;
  toolVersion: string;
  /** Writes the answer. */
  answer: (text: string) => void;
  /** Writes progress. */
  progress: (text: string) => void;
  colours: { answer: boolean; progress: boolean };
  /** Whether progress goes to a terminal, on which a line can be written over. */
  terminal: boolean;
  releasers: Releasers;
  signal: AbortSignal;
}

/** The context of this process. */
export function processContext(releasers: Releasers, signal: AbortSignal): Context {
  const { env } = process;
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  return {
    env,
    cacheDir: cacheDir(env),
    // Memory first: a temporary cluster that is never written to a disk starts and ends fastest.
    tempDirs: env['ROLECALL_TEMP_DIR']
      ? [path.resolve(env['ROLECALL_TEMP_DIR'])]
      : process.platform === 'linux'
        ? ['/dev/shm', tmpdir(), '/tmp', '/var/tmp']
        : [tmpdir(), '/tmp'],
    answerTimeoutMs: answerTimeoutMs(env),
    toolVersion: version,
    answer: (text) => void process.stdout.write(text),
    progress: (text) => void process.stderr.write(withoutPasswords(text)),
    colours: { answer: showsColours(env, process.stdout.isTTY), progress: showsColours(env, process.stderr.isTTY) },
    terminal: process.stderr.isTTY === true && env['TERM'] !== 'dumb',
    releasers,
    signal,
  };
}

/** Root's own home is closed to the user its servers run as, and shared caches of the system are not. */
function cacheDir(env: Context['env']): string {
  if (env['ROLECALL_CACHE_DIR']) {
    return path.resolve(env['ROLECALL_CACHE_DIR']);
  }
  if (process.getuid?.() === 0) {
    return '/var/cache/rolecall';
  }
  const home =
    process.platform === 'darwin' ? path.join(homedir(), 'Library', 'Caches') : path.join(homedir(), '.cache');
  return path.join(env['XDG_CACHE_HOME'] || home, 'rolecall');
}

function answerTimeoutMs({ ROLECALL_ANSWER_TIMEOUT: given }: Context['env']): number | undefined {
  if (!given) {
    return undefined;
  }
  if (!/^\d+(\.\d+)?$/.test(given) || Number(given) === 0) {
    throw new RolecallError('bad-argument', {
      message: `ROLECALL_ANSWER_TIMEOUT is ${given}, no number of seconds`,
      next: 'Give it seconds, as 30, or leave it away.',
    });
  }
  return Number(given) * 1000;
}

/** NO_COLOR and FORCE_COLOR as https://no-color.org and https://force-color.org say. */
function showsColours(env: Context['env'], isTerminal: boolean): boolean {
  return env['NO_COLOR']
    ? false
    : env['FORCE_COLOR']
      ? env['FORCE_COLOR'] !== '0'
      : isTerminal === true && env['TERM'] !== 'dumb';
}

import { readFileSync } from 'node:fs';

import { RolecallError } from '../common/errors.ts';
import { withoutPasswords } from '../common/redaction.ts';
import type { Releasers } from '../process/releasers.ts';
import { cacheDir, tempDirs } from './places.ts';

/** The world as a command sees it: made once and passed on. Nothing below commands/ reads the environment. */
export interface Context {
  env: Readonly<Record<string, string | undefined>>;
  cacheDir: string;
  tempDirs: readonly string[];
  /** After this silence Rolecall asks a server whether it is still there; undefined for the default. */
  answerTimeoutMs?: number | undefined;
  toolVersion: string;
  /** Writes to stdout. */
  stdout: (text: string) => void;
  /** Writes to stderr. */
  stderr: (text: string) => void;
  colours: { stdout: boolean; stderr: boolean };
  /** Whether stderr is a terminal, on which a line can be overwritten. */
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
    tempDirs: tempDirs(env),
    answerTimeoutMs: answerTimeoutMs(env),
    toolVersion: version,
    stdout: (text) => void process.stdout.write(text),
    stderr: (text) => void process.stderr.write(withoutPasswords(text)),
    colours: { stdout: showsColours(env, process.stdout.isTTY), stderr: showsColours(env, process.stderr.isTTY) },
    terminal: process.stderr.isTTY === true && env['TERM'] !== 'dumb',
    releasers,
    signal,
  };
}

function answerTimeoutMs({ ROLECALL_ANSWER_TIMEOUT: given }: Context['env']): number | undefined {
  if (!given) {
    return undefined;
  }
  if (!/^\d+(\.\d+)?$/.test(given) || Number(given) === 0) {
    throw new RolecallError('bad-argument', {
      message: `ROLECALL_ANSWER_TIMEOUT is ${given}: it must be a number of seconds`,
      next: 'Set it to a number of seconds, such as 30, or unset it.',
    });
  }
  return Number(given) * 1000;
}

/** Follows NO_COLOR and FORCE_COLOR as https://no-color.org and https://force-color.org define them. */
function showsColours(env: Context['env'], isTerminal: boolean): boolean {
  return env['NO_COLOR']
    ? false
    : env['FORCE_COLOR']
      ? env['FORCE_COLOR'] !== '0'
      : isTerminal === true && env['TERM'] !== 'dumb';
}

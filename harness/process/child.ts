import type { Readable } from 'node:stream';

import { execa, ExecaError, execaSync, parseCommandString, type Options } from 'execa';

import { messageOf, RolecallError } from '../common/errors.ts';
import { whileGuarded } from './exit-hook.ts';
import { onceEnded } from './once-ended.ts';
import { isWindows } from './platform.ts';
import { killTree } from './process-tree.ts';

/** The user a child runs as, if it is not ours. */
export interface RunAs {
  uid: number;
  gid: number;
}

export interface ChildOptions {
  cwd: string;
  /** The whole environment of the child. @default {} */
  env?: Record<string, string>;
  runAs?: RunAs | undefined;
  signal?: AbortSignal | undefined;
  /** @default no limit */
  timeoutMs?: number;
  /** The next step for the error, if it fails. */
  next?: string;
  /** Whether a Ctrl-C in the terminal does not reach it, for work that must not stop half way. @default false */
  ownGroup?: boolean;
  /** Whether stderr is returned too, in the order in which it was written. @default false */
  withStderr?: boolean;
  /** Whether nothing it prints is read: what it leaves running may hold its output open. @default false */
  unread?: boolean;
  /** The text on its stdin. @default nothing */
  input?: string | undefined;
  /** Called with its process id once it runs. */
  onStarted?: ((pid: number) => void) | undefined;
}

/** The program and arguments of a typed command. A backslash protects a space. */
export function wordsOf(command: string): string[] {
  return parseCommandString(command);
}

/** Runs a program to its end and returns its stdout. A failure is `child-failed` with the last lines that it printed. */
export async function runChild(file: string, args: readonly string[], options: ChildOptions): Promise<string> {
  const child = execa(file, args, {
    ...toExeca(options),
    all: options.withStderr === true,
    ...(options.unread === true && { stdout: 'ignore', stderr: 'ignore' }),
    ...(options.timeoutMs === undefined ? {} : { timeout: options.timeoutMs }),
  });
  if (child.pid !== undefined) {
    options.onStarted?.(child.pid);
  }
  // It ends before the files that it works on are removed. execa would end it after that.
  const atExit = () => {
    if (options.ownGroup !== true) {
      child.kill('SIGKILL');
    }
  };
  return whileGuarded(atExit, async () => {
    try {
      const { stdout, all } = await child;
      return all ?? stdout ?? '';
    } catch (error) {
      throw childError(error, options.next);
    }
  });
}

/** Runs a program to its end when our process ends and nothing can be awaited. Its result is ignored. */
export function runChildNow(file: string, args: readonly string[], options: ChildOptions): void {
  const { cwd, env, uid, gid } = toExeca(options);
  execaSync(file, args, {
    cwd,
    env,
    extendEnv: false,
    stdio: 'ignore',
    reject: false,
    ...(uid === undefined || gid === undefined ? {} : { uid, gid }),
    ...(options.timeoutMs === undefined ? {} : { timeout: options.timeoutMs }),
  });
}

/** The time between asking a group to end and killing it. */
const killAfterMs = 5000;

/**
 * Runs a program with its child processes, and returns its stdout. All of them end with it: by `signal`, after `timeoutMs`
 * (refused as `timed-out`), and when our process ends.
 */
export async function runGroup(
  file: string,
  args: readonly string[],
  { signal, timeoutMs, ...options }: ChildOptions,
): Promise<string> {
  signal?.throwIfAborted();
  const child = execa(file, args, toExeca({ ...options, ownGroup: true }));
  const kill = (name: NodeJS.Signals) => {
    if (child.pid !== undefined) {
      killTree(child.pid, name);
    }
  };
  const timers: NodeJS.Timeout[] = [];
  const end = () => {
    kill('SIGTERM');
    timers.push(setTimeout(() => kill('SIGKILL'), killAfterMs));
  };
  let isOverdue = false;
  const overdue = () => {
    isOverdue = true;
    end();
  };
  if (timeoutMs !== undefined) {
    timers.push(setTimeout(overdue, timeoutMs));
  }
  signal?.addEventListener('abort', end, { once: true });
  return whileGuarded(
    () => kill('SIGKILL'),
    async () => {
      try {
        return (await child).stdout;
      } catch (error) {
        const failure = childError(error, options.next);
        throw isOverdue ? new RolecallError('timed-out', { message: failure.message, cause: error }) : failure;
      } finally {
        signal?.removeEventListener('abort', end);
        timers.forEach((timer) => clearTimeout(timer));
        // Its first process has ended. Its children may ignore other signals and would go on alone. On Windows they can no longer
        // be found, and the process id may belong to another program.
        if (!isWindows()) {
          kill('SIGKILL');
        }
      }
    },
  );
}

function childError(error: unknown, next: string | undefined): RolecallError {
  const output = error instanceof ExecaError ? `${String(error.stderr)}\n${String(error.stdout)}`.trim() : '';
  return new RolecallError('child-failed', {
    message: `${error instanceof ExecaError ? error.shortMessage : messageOf(error)}${output === '' ? '' : `\n${lastLines(output)}`}`,
    cause: error,
    ...(next === undefined ? {} : { next }),
  });
}

/** A program that goes on until it is killed. */
export interface Child {
  stdout: Readable;
  stderr: Readable;
  kill(signal: NodeJS.Signals): void;
  /** Resolves in words when it has ended. */
  ended: Promise<string>;
}

/** Starts a program that goes on. The caller ends it, or `signal` does with `killSignal`. */
export function startChild(
  file: string,
  args: readonly string[],
  options: ChildOptions & { killSignal: NodeJS.Signals },
): Child {
  // Never by SIGKILL: a killed postmaster leaves its backends behind, and it kills them itself after five seconds.
  const child = execa(file, args, {
    ...toExeca(options),
    killSignal: options.killSignal,
    forceKillAfterDelay: false,
    buffer: false,
    reject: false,
  });
  return {
    stdout: child.stdout,
    stderr: child.stderr,
    kill: (signal) => void child.kill(signal),
    ended: child.then(({ shortMessage, exitCode }) => shortMessage ?? `it ended with exit code ${exitCode}`),
  };
}

/**
 * Starts a program that outlives us, as a last step: nobody waits for it, and nothing is read from it. If `after` is given, it
 * begins once that process has ended.
 */
export function leaveBehind(
  file: string,
  args: readonly string[],
  { cwd, env = {}, after }: Pick<ChildOptions, 'cwd' | 'env'> & { after?: number | undefined },
): void {
  const [program, given] = after === undefined ? [file, args] : onceEnded(after, file, args);
  const child = execa(program, given, {
    cwd,
    env,
    extendEnv: false,
    stdio: 'ignore',
    detached: true,
    cleanup: false,
    reject: false,
  });
  child.unref();
}

function toExeca({ cwd, env = {}, runAs, signal, ownGroup, input }: ChildOptions) {
  return {
    cwd,
    env,
    extendEnv: false,
    // On Windows, which has no process groups, such a child has no console that a Ctrl-C could come from.
    detached: ownGroup === true && !isWindows(),
    ...(input === undefined ? { stdin: 'ignore' } : { input }),
    ...(runAs === undefined ? {} : { uid: runAs.uid, gid: runAs.gid }),
    ...(signal === undefined ? {} : { cancelSignal: signal }),
  } as const satisfies Options;
}

function lastLines(text: string, count = 12): string {
  return text.split('\n').slice(-count).join('\n');
}

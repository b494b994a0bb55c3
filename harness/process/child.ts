import type { Readable } from 'node:stream';

import { execa, ExecaError, execaSync, parseCommandString, type Options } from 'execa';

import { messageOf, RolecallError } from '../common/errors.ts';
import { whileGuarded } from './exit-hook.ts';
import { onceEnded } from './once-ended.ts';
import { isWindows } from './platform.ts';
import { killTree } from './process-tree.ts';

/** The user a child runs as, when it is not our own. */
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
  /** What to do when it fails, for the error. */
  next?: string;
  /** Whether a Ctrl-C in the terminal passes it by, for what must not stop half way. @default false */
  ownGroup?: boolean;
  /** Whether stderr is returned too, in the order of writing. @default false */
  withStderr?: boolean;
  /** Whether nothing it prints is read: what it leaves running may hold that open. @default false */
  unread?: boolean;
  /** What it reads. @default nothing */
  input?: string | undefined;
  /** Told its process once it runs. */
  onStarted?: ((pid: number) => void) | undefined;
}

/** A command as it is typed, as a program and its arguments: a space in one stands behind a backslash. */
export function wordsOf(command: string): string[] {
  return parseCommandString(command);
}

/** Runs a program to its end and returns its stdout; a failure is `child-failed` with the last lines it printed. */
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
  // Before what it works on is removed; execa would end it after that.
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

/** Runs a program to its end as the process ends and nothing can be awaited; what becomes of it is not told. */
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

/** Between asking a group to end and ending it. */
const killAfterMs = 5000;

/**
 * Runs a program with whatever it starts in turn, and returns its stdout. All of them end with it, by `signal`, after
 * `timeoutMs`, which is refused as `timed-out`, and when our process ends.
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
        // Its first process has ended; what that started may take no other signal, and would go on alone. On Windows it cannot be
        // told any more, and the number may be another's.
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
  /** Resolves when it is gone, with how it ended in words. */
  ended: Promise<string>;
}

/** Starts a program that goes on; the caller ends it, or `signal` does with `killSignal`. */
export function startChild(
  file: string,
  args: readonly string[],
  options: ChildOptions & { killSignal: NodeJS.Signals },
): Child {
  // Never by force: a postmaster that is killed leaves its backends behind, and it ends them itself after five seconds.
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
 * Starts a program that outlives us, for the last moment: nobody waits for it, and nothing is read from it. It begins once the
 * process `after` has ended, where there is one.
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
    // On Windows, where there are no groups, a child has no console that a Ctrl-C could come from.
    detached: ownGroup === true && !isWindows(),
    ...(input === undefined ? { stdin: 'ignore' } : { input }),
    ...(runAs === undefined ? {} : { uid: runAs.uid, gid: runAs.gid }),
    ...(signal === undefined ? {} : { cancelSignal: signal }),
  } as const satisfies Options;
}

function lastLines(text: string, count = 12): string {
  return text.split('\n').slice(-count).join('\n');
}

import { execaSync } from 'execa';

/**
 * Runs a command of the shell (on Windows of cmd, as psql does), `input` being its stdin: what it printed, and why it failed, where it did. What it says on stderr goes
 * where ours does. Waits without doing anything else.
 */
export function runShell(
  command: string,
  env: Readonly<Record<string, string | undefined>>,
  input = '',
): { output: string; failure: string | undefined } {
  const { stdout, exitCode, signal } = execaSync(command, {
    shell: true,
    env,
    extendEnv: false,
    input,
    stderr: 'inherit',
    reject: false,
    stripFinalNewline: false,
  });
  const failure =
    exitCode === 0
      ? undefined
      : exitCode === undefined
        ? `child process was terminated by signal ${signal ?? ''}`.trimEnd()
        : `child process exited with exit code ${exitCode}`;
  return { output: stdout ?? '', failure };
}

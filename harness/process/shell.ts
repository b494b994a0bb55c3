import { execaSync } from 'execa';

/**
 * Runs a command in the shell (cmd on Windows, as psql does) with `input` on its stdin. Returns its output and, if it failed, the
 * reason. Its stderr goes to ours. It blocks until the command ends.
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

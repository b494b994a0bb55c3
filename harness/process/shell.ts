import { execaSync } from 'execa';

/** What a command of the shell prints, however it ends; what it says on stderr goes where ours does. Waits without doing anything else. */
export function runShell(command: string, env: Readonly<Record<string, string | undefined>>): string {
  const { stdout } = execaSync('/bin/sh', ['-c', command], {
    env,
    extendEnv: false,
    stdin: 'ignore',
    stderr: 'inherit',
    reject: false,
    stripFinalNewline: false,
  });
  return stdout ?? '';
}

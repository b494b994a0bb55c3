import { createInterface } from 'node:readline';

import { execa } from 'execa';
import { onTestFinished } from 'vitest';

import { cliArguments, type CliResult } from './cli.ts';
import { testCacheDir } from './server.ts';

/** A running `rolecall up` that is ready. */
export interface StartedUp {
  pid: number;
  ready: { ready: boolean; database: string; urls: Record<string, string> };
  /** Ends it by a signal. Returns its exit code and output. */
  end(signal: 'SIGINT' | 'SIGKILL'): Promise<CliResult>;
}

/** Starts `rolecall up` on an existing server, and waits until it is ready. A failing test leaves none behind. */
export async function startedUp(folder: string, url: string, ...more: string[]): Promise<StartedUp> {
  const { child, ended } = startedUpUnready(folder, url, ...more);
  for await (const line of createInterface({ input: child.stdout })) {
    return {
      pid: child.pid!,
      ready: JSON.parse(line) as StartedUp['ready'],
      end: (signal) => {
        child.kill(signal);
        return ended();
      },
    };
  }
  throw new Error(`up ended before it was ready: ${(await ended()).stderr}`);
}

/** The same without waiting, for what happens while it builds. */
export function startedUpUnready(folder: string, url: string, ...more: string[]) {
  const child = execa(process.execPath, [...cliArguments, 'up', '--topology', 'url', '--format', 'json', ...more], {
    cwd: folder,
    env: { ROLECALL_CACHE_DIR: testCacheDir, ROLECALL_URL: url, NO_COLOR: '1' },
    reject: false,
    stdin: 'ignore',
  });
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await child;
  });
  const ended = async (): Promise<CliResult> => {
    const { exitCode, stdout, stderr } = await child;
    return { exitCode, stdout, stderr };
  };
  return { child, ended };
}

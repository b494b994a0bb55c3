import path from 'node:path';
import { createInterface } from 'node:readline';

import { startChild } from '../../process/child.ts';
import { systemEnv } from '../../process/platform.ts';
import { postmasterName, type Postmaster, type PostmasterOptions } from './postmaster.ts';

/** Starts `postgres` as a child process, which a signal ends. */
export async function startChildPostmaster({
  program,
  data,
  flags,
  runAs,
  releasers,
  signal,
}: PostmasterOptions): Promise<Postmaster | string> {
  const child = startChild(program, ['-D', data, ...flags], {
    cwd: path.dirname(data),
    env: { ...systemEnv(), LC_ALL: 'C', TZ: 'UTC' },
    runAs,
    signal,
    killSignal: 'SIGQUIT',
  });
  // Immediately, by SIGQUIT, because its data will be removed.
  const end = () => {
    child.kill('SIGQUIT');
    // A stopped process takes no other signal.
    child.kill('SIGCONT');
  };
  const { ended } = child;
  const release = async () => {
    end();
    await ended;
  };
  await releasers.add(postmasterName, { release, atExit: end });
  const lines: string[] = [];
  const ready = new Promise<true>((resolve) => {
    createInterface({ input: child.stderr }).on('line', (line) => {
      lines.push(line);
      if (/database system is ready to accept (?:read-only )?connections/.test(line)) {
        resolve(true);
      }
    });
  });
  child.stdout.resume();
  const first = await Promise.race([ready, ended]);
  signal.throwIfAborted();
  if (first !== true) {
    return lines.length > 0 ? lines.join('\n') : first;
  }
  return { log: () => lines.map((line) => `${line}\n`).join('') };
}

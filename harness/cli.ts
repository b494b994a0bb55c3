#!/usr/bin/env node
import { setTimeout as delay } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';

import { CommanderError } from 'commander';

import { processContext } from './commands/context.ts';
import { program } from './commands/program.ts';
import { told } from './commands/told.ts';
import { exitCode, RolecallError } from './common/errors.ts';
import { interruption } from './process/interruption.ts';
import { onOrphaned } from './process/orphaned.ts';
import { Releasers } from './process/releasers.ts';

// Of a large schema most of what is allocated is dropped at once: the heap need not grow to twice what lives before it is swept.
setFlagsFromString('--heap-growing-percent=25');

const interrupted = interruption((code) => {
  process.stderr.write('rolecall: stopped at once; what remains is cleaned up in the background\n');
  process.exit(code);
});

/** argv → command → exit code. Everything a command starts has ended when it resolves; what could not be stopped is said, however it ended. */
async function main(argv: string[]): Promise<number> {
  const releasers = new Releasers();
  const code = await perform(argv, releasers);
  const released = await releasers.release().then(() => exitCode.holds, reportOnce);
  return code === exitCode.holds ? released : code;
}

async function perform(argv: string[], releasers: Releasers): Promise<number> {
  try {
    const context = processContext(releasers, interrupted.signal);
    let code: number = exitCode.holds;
    await program(context.toolVersion, async (work) => {
      code = await work(context);
    }).parseAsync(argv);
    return interrupted.code ?? code;
  } catch (error) {
    if (!(error instanceof RolecallError || error instanceof CommanderError)) {
      // Ctrl-C reaches our children at the same moment: let our own signal arrive before a child's death is called a fault.
      await delay(100);
    }
    return interrupted.code ?? reportOnce(error);
  }
}

/** Tells a person what went wrong, and returns the exit code for it. */
function report(error: unknown): number {
  const { text, exit } = told(error, process.argv.includes('--stack'));
  process.stderr.write(text);
  return exit;
}

const reported = new Map<unknown, number>();

/** As `report`; what could not be stopped may have ended the command already, and been told. */
function reportOnce(error: unknown): number {
  const code = reported.get(error) ?? report(error);
  reported.set(error, code);
  return code;
}

for (const stream of [process.stdout, process.stderr]) {
  // A reader that has seen enough (`| head`) is not a failure; anything else is, and nothing more can be said about it.
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') {
      process.exit(exitCode.misuse);
    }
  });
}
process.on('uncaughtException', (error) => {
  process.exit(interrupted.code ?? report(error));
});

if (process.env['npm_lifecycle_event'] !== undefined) {
  onOrphaned(() => process.kill(process.pid, 'SIGTERM'));
}

process.exitCode = await main(process.argv);
interrupted.dispose();

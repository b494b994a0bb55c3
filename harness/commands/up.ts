import { once } from 'node:events';

import { exitCode } from '../common/errors.ts';
import { linesOfReading } from '../migrations/told.ts';
import { buildPhase } from '../pipeline/build-phase.ts';
import { readProject } from '../pipeline/project.ts';
import { withSession } from '../postgres/session.ts';
import { urlOf, type Target } from '../postgres/target.ts';
import { consoleReporter } from '../render/console.ts';
import { providePgtap } from '../pgtap/provide-pgtap.ts';
import type { Context } from './context.ts';
import { migratorOf } from './migrator.ts';
import {
  contractOption,
  formatOption,
  loginOption,
  majorOption,
  serverUrlOption,
  topologyFlags,
  type Command,
  type FlagsOf,
  type Invoke,
} from './options.ts';
import { chooseTopology } from './topology.ts';

const flags = (command: Command) =>
  topologyFlags(command)
    .addOption(serverUrlOption())
    .addOption(loginOption())
    .option('--revision <revision>', 'migrations up to here (default: the contract’s head)')
    .addOption(contractOption())
    .addOption(majorOption())
    .addOption(formatOption('one line when ready, with the URLs'));

/** `rolecall up`. */
export const define = (command: Command, invoke: Invoke) =>
  flags(command).action((options) => invoke((context) => up(options, context)));

/**
 * Starts a server migrated to a revision, prints a URL for each identity that logs in, and keeps it running until it is
 * interrupted.
 */
export async function up(options: FlagsOf<typeof flags>, context: Context): Promise<number> {
  const { signal, stdout, stderr, colours } = context;
  const project = await readProject(options.contract);
  const { contract } = project;
  const revision = options.revision ?? contract.revisions.head;
  const phase = revision === contract.revisions.baseline ? 'baseline' : 'head';
  const migrator = migratorOf(project, context);
  const { topology, options: topologyOptions } = await chooseTopology(options, project, phase, context);
  for (const line of project.reading === undefined ? [] : linesOfReading(project.reading)) {
    stderr(`${line}\n`);
  }
  const server = await topology.start(phase, topologyOptions);
  const reporter = options.format === 'json' ? {} : consoleReporter({ stdout, stderr, colours });
  const built = await buildPhase(phase, {
    server,
    project,
    migrator,
    reporter,
    signal,
    passwords: new Map(),
    revision,
  });
  // Loaded so that `rolecall check` finds it here. This database is ours, and pgTAP is not part of the observed state.
  await withSession(built.superuser, { signal }, (session) => providePgtap(session, 'load'));

  const logins = [...built.logins].filter((entry): entry is [string, Target] => entry[1] !== undefined);
  const urls = {
    superuser: urlOf(built.superuser),
    ...Object.fromEntries(logins.map(([name, target]) => [name, urlOf(target)])),
  };
  const ready = { ready: true, revision, database: built.superuser.database, urls };
  const lines = Object.entries(urls).map(([name, url]) => `${name.padEnd(12)} ${url}\n`);
  stdout(options.format === 'json' ? `${JSON.stringify(ready)}\n` : lines.join(''));
  stderr('ready; Ctrl-C ends it\n');
  if (!signal.aborted) {
    // A pending promise alone does not keep the process alive.
    const alive = setInterval(() => undefined, 2 ** 30);
    await once(signal, 'abort').finally(() => clearInterval(alive));
  }
  return exitCode.holds;
}

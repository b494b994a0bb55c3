import { stopwatch } from '../common/clock.ts';
import { runChild } from '../process/child.ts';
import { exitCode, messageOf, RolecallError } from '../common/errors.ts';
import { Releasers } from '../process/releasers.ts';
import { contractSchema } from '../contract/contract.ts';
import { withSession } from '../postgres/session.ts';
import { serverVersion } from '../pipeline/head-state.ts';
import { automatic, topologies, topologyNames, type TopologyName } from '../topology/registry.ts';
import type { Context } from './context.ts';
import { formatOption, serverUrlOption, wholeNumber, type Command, type FlagsOf, type Invoke } from './options.ts';
import { topologyOptions, type TopologyFlags } from './topology.ts';

const flags = (command: Command) =>
  command
    .option('--pg <major>', 'PostgreSQL major version (default: 16, and for url any)', wholeNumber)
    .addOption(serverUrlOption())
    .option('--yes-production', 'try the server although its URL looks like production (url)')
    .addOption(formatOption('versions of programs, and one entry for each topology'));

type DoctorOptions = FlagsOf<typeof flags>;

/** `rolecall doctor`. */
export const define = (command: Command, invoke: Invoke) =>
  flags(command).action((options) => invoke((context) => doctor(options, context)));

/** First in the order of auto, then those that auto never chooses. */
const inOrder = [...automatic, ...topologyNames.filter((name) => !automatic.includes(name))];

/** The result of one topology. */
interface Trial {
  topology: TopologyName;
  works: boolean;
  server_version: string | null;
  duration_ms: number;
  reason: string;
  next: string;
}

/** Tries each topology on this machine once, and says which work and why the others do not. */
export async function doctor(options: DoctorOptions, context: Context): Promise<number> {
  const programs = {
    node: process.versions.node,
    docker: await versionOf(['version', '--format', '{{.Server.Version}}'], context),
    compose: await versionOf(['compose', 'version', '--short'], context),
  };
  const trials: Trial[] = [];
  for (const name of inOrder) {
    trials.push(await tryTopology(name, options, context));
  }
  const lines = [
    // Distinct from the topologies of these names.
    ...Object.entries(programs).map(([name, version]) => `${`program ${name}`.padEnd(16)} ${version ?? 'not there'}\n`),
    ...trials.map(inWords),
  ];
  context.stdout(
    options.format === 'json' ? `${JSON.stringify({ ...programs, topologies: trials })}\n` : lines.join(''),
  );
  if (trials.some(({ works }) => works)) {
    return exitCode.holds;
  }
  const wanted = options.pg === undefined ? '' : ` with PostgreSQL ${options.pg}`;
  context.stderr(`rolecall: no topology works here${wanted}; each says above what it lacks\n`);
  return exitCode.misuse;
}

async function tryTopology(
  name: TopologyName,
  { pg, url, yesProduction }: DoctorOptions,
  context: Context,
): Promise<Trial> {
  const { signal } = context;
  const releasers = new Releasers();
  // Ctrl-C and an internal error end it too.
  await context.releasers.add(`the topology ${name}`, { release: () => releasers.release() });
  const elapsed = stopwatch();
  const said = { topology: name, server_version: null, reason: '', next: '' };
  try {
    const flags: TopologyFlags = {
      topology: name,
      ...(pg !== undefined && { pg }),
      ...(name === 'url' ? { ...(url && { url }), ...(yesProduction && { yesProduction }) } : {}),
    };
    const { superuser } = await (
      await topologies[name]()
    ).start('head', topologyOptions(flags, noContract, { ...context, releasers }));
    const version = await withSession(superuser, { signal }, serverVersion);
    const duration = elapsed();
    await releasers.release();
    return { ...said, works: true, server_version: version.text, duration_ms: duration };
  } catch (error) {
    signal.throwIfAborted();
    await releasers.release().catch(() => undefined);
    return {
      ...said,
      works: false,
      duration_ms: elapsed(),
      reason: messageOf(error),
      next: error instanceof RolecallError ? (error.next ?? '') : '',
    };
  }
}

/** The machine is tested without a project: nothing is built. */
const noContract = contractSchema.parse({
  version: 1,
  name: 'doctor',
  title: 'No contract',
  revisions: { baseline: '1', head: '2' },
  migrations: { folder: '.' },
  identities: { postgres: { kind: 'migrator' } },
});

async function versionOf(args: readonly string[], { env, signal }: Context): Promise<string | null> {
  const given = Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  try {
    return (
      (await runChild('docker', args, { cwd: process.cwd(), env: given, signal, timeoutMs: 10_000 })).trim() || null
    );
  } catch {
    signal.throwIfAborted();
    return null;
  }
}

function inWords({ topology, works, server_version, duration_ms, reason, next }: Trial): string {
  const indented = (text: string) => text.replaceAll('\n', `\n${' '.repeat(17)}`);
  return `${topology.padEnd(16)} ${works ? `works: PostgreSQL ${server_version!}, ${(duration_ms / 1000).toFixed(1)} s` : indented(`does not work: ${reason}\n${next}`)}\n`;
}

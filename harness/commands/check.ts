import type { Finding } from '../findings/finding.ts';
import type { ServerEvidence } from '../findings/server.ts';
import { untried } from '../findings/remedy-trial.ts';
import { decide, type Verdict } from '../findings/verdict.ts';
import { consoleReporter, findingsText } from '../render/console.ts';
import type { Context } from './context.ts';
import { liveEvidence } from '../pipeline/live-evidence.ts';
import { judgeDatabase } from './judge-database.ts';
import { packWriter } from './live-pack.ts';
import {
  collected,
  contractOption,
  formatOption,
  packOption,
  proofOption,
  type Command,
  type FlagsOf,
  type Invoke,
} from './options.ts';
import { keylessOption, keyOption } from './signing.ts';

const flags = (command: Command) =>
  command
    .requiredOption(
      '--url <url>',
      'connection URL; the more its role may do, the higher the level of proof: see docs/managed-servers.md',
    )
    .option(
      '--login <identity=url>',
      'connection URL of a login identity; again for each (default: the variable the contract names)',
      collected,
      [],
    )
    .option('--allow-pgtap', 'load pgTAP for the suites where the database has none, and remove it afterwards')
    .option('--yes-production', 'run statements although the URL looks like production')
    .addOption(proofOption('the highest that the URLs allow; catalog runs no statement'))
    .addOption(packOption())
    .addOption(keyOption('the pack and the end of the index, with --out'))
    .addOption(keylessOption())
    .addOption(contractOption())
    .addOption(formatOption('verdict, findings and the server as the pack has them'));

export type CheckOptions = FlagsOf<typeof flags>;

/** What `check` answers. */
export interface Checked {
  verdict: Verdict;
  findings: Finding[];
  server?: ServerEvidence;
  /** Folder of the evidence pack, where one was written. */
  pack?: string;
}

/** `rolecall check`. */
export const define = (command: Command, invoke: Invoke) =>
  flags(command).action((options) => invoke((context) => check(options, context)));

/** Judges a live database against the contract; what it runs, it rolls back. */
export async function check(options: CheckOptions, context: Context): Promise<number> {
  const { stdout, colours } = context;
  const { checked, live } = await looked(options, context);
  const { pack } = checked;
  stdout(
    options.format === 'json'
      ? `${JSON.stringify(checked)}\n`
      : `${findingsText({ ...live?.judged, ...checked }, colours.stdout)}${pack === undefined ? '' : `pack          ${pack}\n`}`,
  );
  return checked.verdict.exit_code;
}

/** What was found of a live database, the verdict, and the server with what its provider keeps there; absent where none was recognised. */
export async function checkDatabase(options: CheckOptions, context: Context): Promise<Checked> {
  return (await looked(options, context)).checked;
}

type Live = Exclude<Awaited<ReturnType<typeof judgeDatabase>>, string>;

/** The answer, and what was seen; undefined where nothing was. */
async function looked(options: CheckOptions, context: Context): Promise<{ checked: Checked; live?: Live }> {
  const { stdout, stderr, colours } = context;
  const reporter = options.format === 'json' ? {} : consoleReporter({ stdout, stderr, colours });
  const { contract, out, key, keyless } = options;
  const write = await packWriter({ contract, out, key, keyless }, context);
  const live = await judgeDatabase(options, context, reporter);
  if (typeof live === 'string') {
    if (write !== undefined) {
      stderr('no pack was written: nothing was seen that it could hold\n');
    }
    const verdict = decide({
      findings: [],
      proof: { demanded: options.proof, reached: 'catalog', of: {}, notSeen: [{ text: live, partOf: 'catalog' }] },
    });
    return { checked: { verdict, findings: [] } };
  }
  const { verdict, findings, server } = live.judged;
  const checked = {
    verdict,
    findings: untried(findings),
    ...(server === undefined ? {} : { server }),
    ...(write === undefined ? {} : { pack: await write((when) => liveEvidence({ ...when, ...live })) }),
  };
  return { checked, live };
}

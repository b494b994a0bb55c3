import { exitCode } from '../common/errors.ts';
import { hiding, withoutPasswordsIn } from '../common/redaction.ts';
import { driftOf, type Drift } from '../findings/drift.ts';
import { sumsOf } from '../findings/drift-sums.ts';
import { sumText } from '../findings/drift-words.ts';
import { driftEvidence } from '../pipeline/drift-evidence.ts';
import { readProject } from '../pipeline/project.ts';
import type { Context } from './context.ts';
import { builtHead } from './built-head.ts';
import { liveState } from './live.ts';
import { packWriter } from './live-pack.ts';
import {
  contractOption,
  formatOption,
  packOption,
  topologyFlags,
  type Command,
  type FlagsOf,
  type Invoke,
} from './options.ts';
import { keylessOption, keyOption } from './signing.ts';

const flags = (command: Command) =>
  topologyFlags(command)
    .requiredOption('--url <url>', 'connection URL; any role may read catalogs')
    .addOption(packOption())
    .addOption(keyOption('the pack and the end of the index, with --out'))
    .addOption(keylessOption())
    .addOption(contractOption())
    .addOption(formatOption('verdict, added and removed facts'));

type DriftOptions = FlagsOf<typeof flags>;

/** `rolecall drift`. */
export const define = (command: Command, invoke: Invoke) =>
  flags(command).action((options) => invoke((context) => drift(options, context)));

/** Compares a live database's privilege state with head as built from the migrations on a server of the same version. */
export async function drift(
  { contract, url, format, out, key, keyless, ...topology }: DriftOptions,
  context: Context,
): Promise<number> {
  const write = await packWriter({ contract, out, key, keyless }, context);
  const project = await readProject(contract);
  const live = await liveState(url, context, project.contract);
  const head = await builtHead(project, { ...topology, pg: live.major }, context);
  const compared = driftOf(project.contract, head.facts, live.facts);
  const pack = await write?.((when) => driftEvidence({ ...when, project, compared, head, live }));
  const shown = withoutPasswordsIn(compared, hiding(project.secrets));
  const { added, removed } = shown;
  const same = added.length + removed.length === 0;
  const code = same ? exitCode.holds : exitCode.broken;
  const verdict = { status: same ? 'pass' : 'fail', exit_code: code, reasons: reasons(shown) };
  context.stdout(
    format === 'json'
      ? `${JSON.stringify({ verdict, added, removed, ...(pack === undefined ? {} : { pack }) })}\n`
      : `${text(shown)}${pack === undefined ? '' : `pack          ${pack}\n`}`,
  );
  return code;
}

function reasons({ added, removed }: Drift): string[] {
  const lines = (side: string, facts: Drift['added']) =>
    facts.map((fact) => `${side} only: ${sumText({ facts: [fact] })}`);
  return [...lines('live', added), ...lines('head', removed)];
}

/** A line for each fact that differs; one for all of an extension that only one side has. */
function text({ built, live, added, removed }: Drift): string {
  const lines = [
    ...sumsOf(added, built).map((sum) => `+ ${sumText(sum)}`),
    ...sumsOf(removed, live).map((sum) => `- ${sumText(sum)}`),
  ];
  const count = added.length + removed.length;
  return count === 0
    ? 'the live database is in the state of head\n'
    : `${lines.join('\n')}\n${count} ${count === 1 ? 'fact differs' : 'facts differ'}: + is live only, - is head only\n`;
}

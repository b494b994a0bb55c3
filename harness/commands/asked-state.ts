import { columnNames } from '../catalog/column-names.ts';
import { tableOfColumn } from '../findings/named-object.ts';
import type { Known } from '../findings/why.ts';
import { readProject, type Project } from '../pipeline/project.ts';
import { withUnhindered } from '../postgres/unhindered.ts';
import type { Target } from '../postgres/target.ts';
import { builtHead } from './built-head.ts';
import type { Context } from './context.ts';
import { liveState } from './live.ts';
import { contractOption, formatOption, majorOption, topologyFlags, type Command, type FlagsOf } from './options.ts';

/** The flags of a question about privileges, with what `--format json` gives. */
export const askingFlags = (command: Command, json: string) =>
  topologyFlags(command)
    .option('--url <url>', 'ask this database (default: head as built from migrations)')
    .addOption(contractOption())
    .addOption(majorOption())
    .addOption(formatOption(json));

export type AskingOptions = FlagsOf<(command: Command) => ReturnType<typeof askingFlags>>;

/** The state that answers a question about an object: of the database of `--url`, or of head as the migrations build it. */
export async function askedState(
  object: string,
  { url, ...flags }: AskingOptions,
  context: Context,
): Promise<{ known: Known; target: Target; project: Project | undefined }> {
  // A live database needs no contract to answer. Without one, the answer only lacks what the contract would add.
  const project = await (url === undefined
    ? readProject(flags.contract)
    : readProject(flags.contract).catch(() => undefined));
  const { facts, target } =
    url === undefined ? await builtHead(project!, flags, context) : await liveState(url, context, project?.contract);
  const table = tableOfColumn(facts, object);
  const columns =
    table === undefined
      ? undefined
      : await withUnhindered(target, { signal: context.signal }, (session) =>
          columnNames((sql, values) => session.query(sql, values), table),
        );
  return { known: { facts, database: target.database, columns }, target, project };
}

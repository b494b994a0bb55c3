import { columnNames } from '../catalog/column-names.ts';
import { tableKinds } from '../catalog/access/targets.ts';
import { exitCode } from '../common/errors.ts';
import { namedObject, knownPrivilege, tableOfColumn } from '../findings/named-object.ts';
import { rolesOf, whoHas, type Everybody } from '../findings/who.ts';
import { stateOf } from '../pipeline/head-state.ts';
import { readProject } from '../pipeline/project.ts';
import { withSession } from '../postgres/session.ts';
import { withUnhindered } from '../postgres/unhindered.ts';
import { detoursTo } from '../proofs/only-path/ways-to.ts';
import { builtHead } from './built-head.ts';
import type { Context } from './context.ts';
import { liveTarget } from './live.ts';
import {
  contractOption,
  formatOption,
  majorOption,
  topologyFlags,
  type Command,
  type FlagsOf,
  type Invoke,
} from './options.ts';

const flags = (command: Command) =>
  topologyFlags(command)
    .option('--url <url>', 'ask this database (default: head as built from migrations)')
    .addOption(contractOption())
    .addOption(majorOption())
    .addOption(formatOption('each role with each of its ways'));

type WhoOptions = FlagsOf<typeof flags>;

/** `rolecall who`. */
export const define = (command: Command, invoke: Invoke) =>
  flags(command)
    .argument('<privilege>', 'SELECT, EXECUTE, USAGE, …')
    .argument('<object>', 'as the server prints it: public.tenants, public.tenants.name, security.f(text)')
    .action((privilege, object, options) => invoke((context) => who(privilege, object, options, context)));

/** Answers who has a privilege on an object, by every way; of a live database, or of head as migrations build it. Nothing is run but questions to the catalog. */
export async function who(privilege: string, object: string, options: WhoOptions, context: Context): Promise<number> {
  const asked = knownPrivilege(privilege);
  const { url, ...flagsOfHead } = options;
  const { signal } = context;
  const state =
    url === undefined
      ? await builtHead(await readProject(options.contract), flagsOfHead, context)
      : await stateOf(liveTarget(url, context), signal);
  const { facts, target } = state;
  const ofColumn = tableOfColumn(facts, object);
  const columns =
    ofColumn === undefined
      ? undefined
      : await withSession(target, { signal }, (session) =>
          columnNames((sql, values) => session.query(sql, values), ofColumn),
        );
  const found = namedObject(facts, asked, object, columns);
  const table =
    found.kind === 'column'
      ? ofColumn
      : found.kind !== undefined && tableKinds.has(found.kind)
        ? found.name
        : undefined;
  const around =
    table === undefined
      ? []
      : await withUnhindered(target, { signal }, (session) => detoursTo(session, table, rolesOf(facts)));
  const everybody = whoHas({ facts, database: target.database, columns }, privilege, object, around);
  context.answer(options.format === 'json' ? `${JSON.stringify(everybody)}\n` : inWords(everybody));
  return exitCode.holds;
}

function inWords({ privilege, object, ways }: Everybody): string {
  if (ways.length === 0) {
    return `nobody has ${privilege} on ${object}\n`;
  }
  const width = Math.max(...ways.map(({ role }) => role.length));
  const lines = ways.map(
    ({ role, text }, index) => `${(ways[index - 1]?.role === role ? '' : role).padEnd(width)}  ${text}`,
  );
  return `${privilege} on ${object}\n${lines.join('\n')}\n`;
}

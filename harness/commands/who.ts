import { tableKinds } from '../catalog/access/object-privileges.ts';
import { tableOf } from '../catalog/identifiers.ts';
import { exitCode } from '../common/errors.ts';
import { knownPrivilege, namedObject } from '../findings/named-object.ts';
import { everyRole } from '../catalog/roles-having.ts';
import { whoHas, type Everybody } from '../findings/who.ts';
import { withUnhindered } from '../postgres/unhindered.ts';
import { readingCatalogs } from '../pipeline/unreadable.ts';
import { detoursTo } from '../proofs/only-path/ways-to.ts';
import { askedState, askingFlags, type AskingOptions } from './asked-state.ts';
import type { Context } from './context.ts';
import type { Command, Invoke } from './options.ts';

/** `rolecall who`. */
export const define = (command: Command, invoke: Invoke) =>
  askingFlags(command, 'each role with each of its ways')
    .argument('<privilege>', 'SELECT, EXECUTE, USAGE, …')
    .argument('<object>', 'as the server prints it: public.tenants, public.tenants.name, security.f(text)')
    .action((privilege, object, options) => invoke((context) => who(privilege, object, options, context)));

/**
 * Prints who has a privilege on an object, by every path, in a live database or at head as the migrations build it. It only
 * queries the catalog.
 */
export async function who(
  privilege: string,
  object: string,
  options: AskingOptions,
  context: Context,
): Promise<number> {
  const asked = knownPrivilege(privilege);
  const { known, target } = await askedState(object, options, context);
  const { name, kind } = namedObject(known.facts, asked, object, known.columns);
  const table = kind === 'column' ? tableOf(name) : kind !== undefined && tableKinds.has(kind) ? name : undefined;
  const around =
    table === undefined
      ? []
      : await readingCatalogs(() =>
          withUnhindered(target, { signal: context.signal }, (session) =>
            detoursTo(session, table, everyRole(known.facts)),
          ),
        );
  const everybody = whoHas(known, privilege, object, around);
  context.stdout(options.format === 'json' ? `${JSON.stringify(everybody)}\n` : inWords(everybody));
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

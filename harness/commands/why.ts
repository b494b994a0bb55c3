import { exitCode, RolecallError } from '../common/errors.ts';
import { knownPrivilege } from '../findings/named-object.ts';
import { forbiddenBy } from '../findings/forbids.ts';
import { explainAccess, type Explanation } from '../findings/why.ts';
import { askedState, askingFlags, type AskingOptions } from './asked-state.ts';
import type { Context } from './context.ts';
import type { Command, Invoke } from './options.ts';

/** `rolecall why`. */
export const define = (command: Command, invoke: Invoke) =>
  askingFlags(command, 'the paths, or what is missing')
    .argument('<role>', 'a role, or PUBLIC')
    .argument('<privilege>', 'SELECT, EXECUTE, USAGE, …')
    .argument('<object>', 'as the server prints it: public.tenants, security.f(text), public')
    .action((role, privilege, object, options) => invoke((context) => why(role, privilege, object, options, context)));

/**
 * Prints the path by which a role has a privilege, or what is missing for it, in a live database or at head as the migrations
 * build it.
 */
export async function why(
  role: string,
  privilege: string,
  object: string,
  options: AskingOptions,
  context: Context,
): Promise<number> {
  requireWords({ role, privilege, object });
  knownPrivilege(privilege);
  const { known, project } = await askedState(object, options, context);
  const explanation = explainAccess(known, role, privilege, object);
  const forbidden = project && !explanation.allowed ? forbiddenBy(project.contract, explanation) : undefined;
  context.stdout(
    options.format === 'json' ? `${JSON.stringify({ ...explanation, forbidden })}\n` : inWords(explanation, forbidden),
  );
  return exitCode.holds;
}

function requireWords(asked: Record<string, string>): void {
  const empty = Object.entries(asked).find(([, word]) => word.trim() === '');
  if (empty !== undefined) {
    throw new RolecallError('bad-argument', {
      message: `the ${empty[0]} is empty`,
      next: 'It reads: rolecall why ROLE PRIVILEGE OBJECT.',
    });
  }
}

function inWords(explanation: Explanation, forbidden: string | undefined): string {
  const { role, privilege, object, allowed, paths, columns, missing, holders, kind, also } = explanation;
  const onColumns =
    columns.length === 0 ? '' : `, only on its column${columns.length > 1 ? 's' : ''} ${columns.join(', ')}`;
  const lines = allowed
    ? [`yes: ${role} has ${privilege} on ${object}`, ...paths.map(({ text }) => `  ${text}`)]
    : [
        `no: ${role} ${paths.length > 0 ? `holds ${privilege} on ${object}, but cannot use it` : `does not have ${privilege} on ${object}${onColumns}`}`,
        ...paths.map(({ text }) => `  ${text}`),
        ...missing.map(({ what, remedy }) => `  missing: ${what}${remedy === '' ? '' : `\n    ${remedy}`}`),
        ...(forbidden === undefined ? [] : [`  ${forbidden}`]),
        ...holders.map((holder) => `  ${holder.role} has it ${holder.text}`),
      ];
  const kinds = also.map(
    (other) =>
      `  there is a ${other.replaceAll('-', ' ')} of that name too: ask for '${other.replaceAll('-', ' ')} ${object}'`,
  );
  return `${[...lines, ...(kind === undefined ? [] : kinds)].join('\n')}\n`;
}

import type { RoleName } from '../common/sql.ts';
import { roleOf, type Fact } from '../catalog/fact.ts';
import { factLine } from '../catalog/fact-text.ts';
import { hiding, withoutPasswordsIn } from '../common/redaction.ts';
import type { ParsedContract } from '../contract/contract.ts';
import { exitCode } from '../common/errors.ts';
import { diffFacts } from '../catalog/diff-facts.ts';
import { readProject } from '../pipeline/project.ts';
import { serverOf, type Server } from '../findings/server.ts';
import { withoutServer } from '../findings/without-server.ts';
import { powers } from '../catalog/roles-having.ts';
import type { Context } from './context.ts';
import { builtHead } from './built-head.ts';
import { liveState } from './live.ts';
import { contractOption, formatOption, topologyFlags, type Command, type FlagsOf, type Invoke } from './options.ts';

const flags = (command: Command) =>
  topologyFlags(command)
    .requiredOption('--url <url>', 'connection URL; any role may read catalogs')
    .addOption(contractOption())
    .addOption(formatOption('verdict, added and removed facts'));

type DriftOptions = FlagsOf<typeof flags>;

/** `rolecall drift`. */
export const define = (command: Command, invoke: Invoke) =>
  flags(command).action((options) => invoke((context) => drift(options, context)));

/** Compares a live database's privilege state with head as built from the migrations on a server of the same version. */
export async function drift({ contract, url, format, ...flags }: DriftOptions, context: Context): Promise<number> {
  const project = await readProject(contract);
  const live = await liveState(url, context, project.contract);
  const head = await builtHead(project, { ...flags, pg: live.major }, context);
  const { identities } = project.contract;
  const server = serverOf(live.facts, project.contract);
  const compared = (facts: readonly Fact[]) => concerning(identities, ofCustomer(facts, server, identities));
  const { added, removed } = withoutPasswordsIn(
    diffFacts(compared(head.facts), compared(live.facts)),
    hiding(project.secrets),
  );
  const same = added.length + removed.length === 0;
  const code = same ? exitCode.holds : exitCode.broken;
  const reasons = [
    ...added.map((fact) => `live only: ${words(fact)}`),
    ...removed.map((fact) => `head only: ${words(fact)}`),
  ];
  const verdict = { status: same ? 'pass' : 'fail', exit_code: code, reasons };
  const lines = [...summed(added, head.facts, '+'), ...summed(removed, live.facts, '-')];
  const count = added.length + removed.length;
  const text = same
    ? 'the live database is in the state of head\n'
    : `${lines.join('\n')}\n${count} ${count === 1 ? 'fact differs' : 'facts differ'}: + is live only, - is head only\n`;
  context.answer(format === 'json' ? `${JSON.stringify({ verdict, added, removed })}\n` : text);
  return code;
}

/** A line for each fact, after `sign`; one for all objects of an extension of which `others` have none. */
export function summed(facts: readonly Fact[], others: readonly Fact[], sign: '+' | '-'): string[] {
  const known = new Set(others.map(extensionOf));
  const lacked = new Set(facts.map(extensionOf).filter((name) => name !== undefined && !known.has(name)));
  const sums = [...lacked].map((name) => {
    const own = facts.filter((fact) => extensionOf(fact) === name);
    const objects = new Set(own.map(({ kind, object }) => `${kind} ${object}`)).size;
    return `${sign} extension ${name}: ${objects} ${objects === 1 ? 'object' : 'objects'}, ${own.length} ${own.length === 1 ? 'fact' : 'facts'}`;
  });
  const rest = facts.filter((fact) => !lacked.has(extensionOf(fact)));
  return [...sums, ...rest.map((fact) => `${sign} ${words(fact)}`)];
}

function extensionOf({ detail }: Fact): string | undefined {
  const { extension } = detail;
  return typeof extension === 'string' ? extension : undefined;
}

function words(fact: Fact): string {
  return factLine(fact).replaceAll('\t', ' ');
}

/** A state without what the provider of a server keeps; what its customer's administrators are, only a server of its makes them. */
export function ofCustomer(
  facts: readonly Fact[],
  server: Server | undefined,
  identities: ParsedContract['identities'],
): Fact[] {
  return withoutServer(facts, server, identities).filter(
    (fact) => !(fact.kind === 'role' && server?.admins.has(roleOf(fact)) === true),
  );
}

/**
 * A live cluster has roles of other databases; what concerns none of ours is not drift of this one. A role with power over
 * the cluster concerns every database of it.
 */
export function concerning(identities: Record<string, unknown>, facts: readonly Fact[]): Fact[] {
  const own = new Set(Object.keys(identities));
  const named = new Set(
    facts
      .filter(({ kind }) => !['role', 'membership', 'setting', 'tablespace', 'parameter'].includes(kind))
      .map(({ role }) => role),
  );
  const powerful = new Set(
    facts.flatMap((fact): RoleName[] => {
      const { kind, object, role, property } = fact;
      if (kind === 'role') {
        return powers.includes(property) ? [roleOf(fact)] : [];
      }
      return kind === 'membership' && object.startsWith('pg_') ? [role] : [];
    }),
  );
  const concerns = (role: string) => own.has(role) || named.has(role) || powerful.has(role);
  return facts.filter(({ kind, object, role }) => {
    switch (kind) {
      case 'role':
        return concerns(object);
      case 'membership':
        return concerns(object) || concerns(role);
      case 'setting':
        return role === '' || concerns(role);
      default:
        return true;
    }
  });
}

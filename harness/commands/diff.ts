import { exitCode } from '../common/errors.ts';
import type { Evidence } from '../pack/evidence.ts';
import { isLookedAt } from '../proofs/phase-evidence.ts';
import { findingKey } from '../findings/finding.ts';
import { readEvidence, readPackText } from '../pack/read-pack.ts';
import { rulerChange } from '../pack/ruler.ts';
import type { Context } from './context.ts';
import { formatOption, type Command, type FlagsOf, type Invoke } from './options.ts';

const flags = (command: Command) => command.addOption(formatOption('added and removed, by kind'));

/** `rolecall diff`. */
export const define = (command: Command, invoke: Invoke) =>
  flags(command)
    .argument('<before>')
    .argument('<after>')
    .action((before, after, options) => invoke((context) => diff(before, after, options, context)));

/**
 * Compares two packs: privileges at head, assertions, findings, verdict, and the contract and suites that they were measured
 * with. It says what only one of them looked at. Returns 1 if the second one is worse, or was measured with less.
 */
export async function diff(
  before: string,
  after: string,
  { format }: FlagsOf<typeof flags>,
  { stdout }: Context,
): Promise<number> {
  const [old, young] = await Promise.all([readEvidence(before), readEvidence(after)]);
  const notCompared = notComparable(old, young);
  const isWhole = notCompared.length === 0;
  const isOfStates = [old, young].some(isOfDrift);
  const keys = ({ findings }: Evidence) =>
    isWhole
      ? findings.map(findingKey)
      : isOfStates
        ? []
        : findings.filter(({ code }) => !builtOnly.has(code)).map(findingKey);
  const [oldSuites, youngSuites] = [suitesAtHead(old), suitesAtHead(young)];
  const isInBoth = (suite: string) => isWhole || (oldSuites.has(suite) && youngSuites.has(suite));
  const isWithRolesOfServer = isOfDrift(old) === isOfDrift(young);
  const [oldFacts, youngFacts] = (await Promise.all([before, after].map(privileges))).map((facts) =>
    isWithRolesOfServer ? facts : facts.filter((line) => !isRoleOfServer.test(line)),
  );
  const result = {
    verdict: { before: old.verdict.status, after: young.verdict.status },
    ruler: rulerChange(old, young),
    privileges: changes(oldFacts!, youngFacts!),
    assertions: changes(green(old, isInBoth), green(young, isInBoth)),
    findings: changes(keys(old), keys(young)),
    not_compared: notCompared,
  };
  const lines = [
    `verdict ${result.verdict.before} → ${result.verdict.after}`,
    ...result.ruler.changed.map((line) => `ruler ${result.ruler.weaker.includes(line) ? 'weaker: ' : ''}${line}`),
    ...(['privileges', 'assertions', 'findings'] as const).flatMap((what) => [
      ...result[what].added.map((line) => `${what} + ${line}`),
      ...result[what].removed.map((line) => `${what} - ${line}`),
    ]),
    ...notCompared.map((line) => `not compared: ${line}`),
  ];
  stdout(format === 'json' ? `${JSON.stringify(result)}\n` : `${lines.join('\n').replaceAll('\t', ' ')}\n`);
  const worse =
    result.ruler.weaker.length > 0 ||
    result.findings.added.length > 0 ||
    result.assertions.removed.length > 0 ||
    ((isWhole || !isOfStates) && young.verdict.exit_code > old.verdict.exit_code);
  return worse ? exitCode.broken : exitCode.holds;
}

/** Codes of findings that need a database that was built, or a baseline. */
const builtOnly = new Set<string>([
  'deficiency-open',
  'path-diverges',
  'migrator-refused',
  'migration-after-head',
  'control-unnoticed',
]);

/** Roles that are in every cluster of PostgreSQL, which a drift leaves out. */
const isRoleOfServer = /^role\tpg_/;

const isOfDrift = ({ run }: Evidence) => run.kind === 'drift';

/** What only one of two packs looked at, in words: a live database has no baseline, and a drift is of privilege states alone. */
function notComparable(old: Evidence, young: Evidence): string[] {
  if (isOfDrift(old) !== isOfDrift(young)) {
    return [
      `findings, assertions and verdict: the pack ${isOfDrift(old) ? 'before' : 'after'} is of a drift, which compares privilege states alone`,
    ];
  }
  const [was, is] = [old, young].map(({ phases }) => isLookedAt(phases.baseline));
  if (was === is) {
    return [];
  }
  const [built, live] = was ? [old, young] : [young, old];
  const ran = suitesAtHead(live);
  const left = [...suitesAtHead(built)].filter((suite) => !ran.has(suite));
  return [
    `baseline, with deficiencies, controls and the ways to build: the pack ${was ? 'after' : 'before'} is of a live database, and has none`,
    ...(left.length === 0 ? [] : [`the suites ${left.join(', ')}: they were not run in the live database`]),
  ];
}

async function privileges(pack: string): Promise<string[]> {
  return (await readPackText(pack, 'privileges.head.txt')).trimEnd().split('\n');
}

function suitesAtHead({ phases }: Evidence): Set<string> {
  return new Set(phases.head.suites.map(({ suite }) => suite));
}

/** Assertions of the compared suites that are ok at head. */
function green({ assertions }: Evidence, isCompared: (suite: string) => boolean): string[] {
  return assertions
    .filter(({ suite, head }) => head === 'ok' && isCompared(suite))
    .map(({ suite, name }) => `${suite}: ${name}`);
}

function changes(before: readonly string[], after: readonly string[]): { added: string[]; removed: string[] } {
  const [old, young] = [new Set(before), new Set(after)];
  return { added: after.filter((line) => !old.has(line)), removed: before.filter((line) => !young.has(line)) };
}

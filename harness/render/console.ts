import pc from 'picocolors';

import type { Change } from '../common/change.ts';
import { counted } from '../common/text.ts';
import { linesOfReading } from '../migrations/told.ts';
import type { Evidence } from '../pack/evidence.ts';
import { whoRan, type SuiteRun } from '../pgtap/suite-run.ts';
import type { Finding } from '../findings/finding.ts';
import { causeLine, unprovenCauses } from '../findings/unproven.ts';
import { reasonOf } from '../findings/verdict.ts';
import { whereMeant } from '../findings/where-meant.ts';
import { triedSessions } from '../proofs/fail-closed/tried-sessions.ts';
import { isWayBackUntried } from '../proofs/build-paths/view.ts';
import type { Reporter } from '../pipeline/reporter.ts';
import { acceptedWords } from '../report/accepted-words.ts';
import { levelWords } from '../report/level-words.ts';
import { serverWords } from '../report/server-words.ts';
import { statusWord, type Paint } from '../report/status-word.ts';

/** Where a console reporter writes its output and its progress. */
export interface ConsoleOptions {
  stdout: (text: string) => void;
  stderr: (text: string) => void;
  /** Whether each of the two is a terminal that shows colours. */
  colours: { stdout: boolean; stderr: boolean };
}

/** A line for each step while it runs, then a summary that can be read in ten seconds. */
export function consoleReporter({ stdout, stderr, colours }: ConsoleOptions): Reporter {
  const paint = pc.createColors(colours.stderr);
  const line = (phase: string, text: string) => stderr(`${paint.dim(phase.padEnd(8))} ${text}\n`);
  return {
    onRunStart: ({ title, baseline, head, topology, migrations }) => {
      const read = migrations === undefined ? [] : linesOfReading(migrations);
      const lines = [`${baseline} → ${head}, ${topology} topology`, ...read].map((text) => `${paint.dim(text)}\n`);
      stderr(`${paint.bold(title)}\n${lines.join('')}`);
    },
    onStep: (phase, step, milliseconds) => line(phase, `${step} ${paint.dim(`${milliseconds} ms`)}`),
    onSuite: (phase, run) => line(phase, suiteLine(run, paint)),
    onFinished: (evidence, packPath) => stdout(summary(evidence, packPath, pc.createColors(colours.stdout))),
  };
}

function suiteLine(run: SuiteRun, paint: Paint): string {
  const { suite, session, status, reason, assertions } = run;
  const count = (result: string) => assertions.filter((one) => one.result === result).length;
  const ok = count('ok');
  const counts = [
    `${ok} ok`,
    ...['not-ok', 'skip', 'todo', 'missing']
      .filter((word) => count(word) > 0)
      .map((word) => `${count(word)} ${word.replace('-', ' ')}`),
  ].join(', ');
  const who = session === 'login' ? `logged in as ${whoRan(run)}` : `as superuser`;
  const end = status === 'complete' ? counts : `${status}: ${reason ?? ''}`;
  const mark = status !== 'complete' ? paint.yellow('?') : ok === assertions.length ? paint.green('✓') : paint.red('✗');
  return `${mark} ${suite} ${paint.dim(who)} ${end}`;
}

/** The run in words: what changed, what was repaired, the verdict, and where the report is. */
function summary(
  {
    assertions,
    deficiencies,
    truth_table,
    fail_closed,
    build_paths,
    findings,
    unproven,
    unused_acceptances: unused,
    controls,
    sessions,
    tenant_word: tenantWord,
    verdict,
    phases,
    run,
    server,
  }: Evidence,
  packPath: string,
  paint: Paint,
): string {
  const changed = (change: Change) => assertions.filter((one) => one.change === change).length;
  const closed = fail_closed.filter((cell) => cell.closed).length;
  const lines = [
    '',
    ...serverLines(server),
    `assertions    ${paint.green(`${changed('fixed')} fixed`)}${changed('fixed') === 0 ? '' : paint.dim(' (red at baseline, green at head)')}, ${changed('held')} held, ${red(paint, changed('broken'), 'broken')}, ${red(paint, changed('still-red'), 'still red')}`,
    ...deficiencies.map(
      ({ id, status, claim }) =>
        `deficiency    ${id} ${status === 'fixed' ? paint.green(status) : paint.red(status)} ${paint.dim(claim)}`,
    ),
    ...truth_table.map(({ object, access, identity, allowed, expected, mechanism }) => {
      const word =
        allowed === expected
          ? paint.green(allowed ? 'allowed' : 'denied ')
          : paint.red(allowed ? 'ALLOWED' : 'DENIED ');
      return `truth         ${word} ${identity} ${access} ${object}${allowed ? paint.dim(` (${mechanism})`) : ''}`;
    }),
    ...(fail_closed.length === 0
      ? []
      : [
          `fail-closed   ${closed} of ${fail_closed.length} attempts stayed within their ${tenantWord}`,
          ...triedSessions(fail_closed, sessions).map(
            ({ words, closed: kept, tried }) => `              ${paint.dim(`${kept} of ${tried} as ${words}`)}`,
          ),
        ]),
    `controls      ${controls.filter(({ noticed }) => noticed).length} of ${controls.length} green suites noticed their own damage`,
    ...findingLines(findings, paint),
    ...acceptedUnprovenLines(unproven, paint),
    ...unprovenLines(findings, verdict.reasons, paint),
    `build paths   ${build_paths.map(({ path, same }) => `${same ? paint.green(path) : paint.red(`${path} diverges`)}`).join(', ')}${isWayBackUntried(build_paths) ? paint.dim(' (the way back was not tried)') : ''}`,
    `fingerprints  ${phases.baseline.fingerprint.slice(0, 12)} → ${phases.head.fingerprint.slice(0, 12)}`,
    `report        ${packPath}/report.html`,
    '',
    ...notSeenLines(verdict, paint),
    ...unusedLines(unused, paint),
    `${verdictLine({ verdict, findings, unproven }, paint)} ${paint.dim(`PostgreSQL ${run.server_version.split(' ')[0]!}, ${(run.duration_ms / 1000).toFixed(1)} s`)}`,
    '',
  ];
  return lines.join('\n');
}

/** What was not judged because it is the provider's, once. */
function serverLines(server: Evidence['server']): string[] {
  return server === undefined ? [] : [`platform      ${serverWords(server)}`];
}

function remedyLines(finding: Finding, paint: Paint): string[] {
  const { remedy, tried, location } = finding;
  const indented = (text: string) => text.replaceAll('\n', '\n                ');
  return [
    ...(remedy === '' ? [] : [`              → ${indented(remedy)}`]),
    ...(tried === undefined ? [] : [`                ${paint.dim(`tried: ${tried}`)}`]),
    ...whereMeant(finding).flatMap(({ words, lines }, at) => [
      `              ${at === 0 ? '→' : ' '} ${words}`,
      `                ${indented(lines)}`,
    ]),
    ...(location === undefined ? [] : [`              ${paint.dim(`${location.file}:${location.line}`)}`]),
  ];
}

/** Each finding with its remedy. Failed assertions of one suite are one entry; the report has them all. */
function findingLines(findings: readonly Finding[], paint: Paint): string[] {
  const entry = (code: string, message: string, finding: Finding, seen: readonly string[] = []) => [
    finding.accepted === undefined
      ? `${paint.red('finding')}       ${paint.bold(code)} ${paint.red(message)}`
      : `${paint.dim('accepted')}      ${code} ${message}`,
    ...seen.map((line) => `              ${line}`),
    ...(finding.accepted === undefined
      ? remedyLines(finding, paint)
      : [`              ${paint.dim(`until ${finding.accepted.until}: ${finding.accepted.reason}`)}`]),
  ];
  return findings.flatMap((finding) => {
    const message = finding.message.split('\n')[0]!;
    const { assertion } = finding;
    if (assertion === undefined) {
      return entry(finding.code, message, finding);
    }
    const same = findings.filter((other) => other.assertion?.suite === assertion.suite);
    const more = same.length === 1 ? '' : ` (and ${same.length - 1} more)`;
    return same[0] === finding
      ? entry(finding.code, `${assertion.suite}: ${message}${more}`, finding, assertionLines(same))
      : [];
  });
}

/** Failed assertions of a suite whose diagnostics are shown. */
const shownAssertions = 5;

/** What the failed assertions of a suite saw. The first is named already. */
function assertionLines(same: readonly Finding[]): string[] {
  return same.slice(0, shownAssertions).flatMap(({ message }, at) => {
    const [name, ...diagnostics] = message.split('\n').map((line) => line.trim());
    const seen = diagnostics.filter((line) => line !== '' && !line.startsWith('Failed test')).join(' ');
    const words = [...(at === 0 ? [] : [name!]), ...(seen === '' ? [] : [seen])];
    return words.length === 0 ? [] : [words.join(': ')];
  });
}

/** Only findings and verdict, for commands that write no pack. */
export function findingsText(
  {
    findings,
    verdict,
    server,
    unproven = [],
    unused_acceptances: unused = [],
  }: Pick<Evidence, 'findings' | 'verdict' | 'server'> & Partial<Pick<Evidence, 'unproven' | 'unused_acceptances'>>,
  colours: boolean,
): string {
  const paint = pc.createColors(colours);
  const lines = [
    ...serverLines(server),
    ...findingLines(findings, paint),
    ...acceptedUnprovenLines(unproven, paint),
    ...unprovenLines(findings, verdict.reasons, paint),
    ...notSeenLines(verdict, paint),
    ...unusedLines(unused, paint),
    verdictLine({ verdict, findings, unproven }, paint),
    '',
  ];
  return lines.join('\n');
}

/** What proves nothing and is accepted, by its cause, as findings are that are accepted. */
function acceptedUnprovenLines(unproven: Evidence['unproven'], paint: Paint): string[] {
  return unprovenCauses(unproven).flatMap((cause) =>
    cause.accepted === undefined
      ? []
      : [
          `${paint.dim('accepted')}      unproven ${causeLine(cause)}`,
          `              ${paint.dim(`until ${cause.accepted.until}: ${cause.accepted.reason}`)}`,
        ],
  );
}

/** Acceptances of the contract that cover nothing. */
function unusedLines(unused: readonly string[], paint: Paint): string[] {
  return unused.map((words) => `${paint.yellow('unused')}        ${words} is accepted and was not found: take it out`);
}

/** Reasons that are not findings: what could not be seen or proven, whatever the verdict. */
function unprovenLines(findings: readonly Finding[], reasons: readonly string[], paint: Paint): string[] {
  const known = new Set(findings.map(reasonOf));
  return reasons.filter((reason) => !known.has(reason)).map((reason) => `${paint.yellow('unproven')}      ${reason}`);
}

/** What was not looked at because the demanded level of proof does not require it. */
function notSeenLines({ proof }: Evidence['verdict'], paint: Paint): string[] {
  return proof.not_seen.map((text) => `${paint.dim('not seen')}      ${text}`);
}

function verdictLine(
  { verdict, findings, unproven }: Pick<Evidence, 'verdict' | 'findings' | 'unproven'>,
  paint: Paint,
): string {
  const { status, proof } = verdict;
  const counting = findings.filter(({ accepted }) => accepted === undefined);
  const accepted = acceptedWords(findings, unproven).join(', ');
  const said = `${sentence(status, counting)}${accepted === '' ? '' : `; ${accepted}`}.`;
  return `${statusWord(status, paint)} ${said} ${paint.dim(levelWords(proof))}`;
}

function red(paint: Paint, count: number, word: string): string {
  return count === 0 ? `0 ${word}` : paint.red(`${count} ${word}`);
}

function sentence(status: Evidence['verdict']['status'], findings: readonly Finding[]): string {
  switch (status) {
    case 'pass':
      return 'the contract holds';
    case 'fail':
      return `the contract is broken: ${counted(findings.length, 'finding')}${inEntries(findings)}`;
    case 'inconclusive':
      return 'something cannot prove what it claims; nothing is shown to be broken';
  }
}

/** How many entries show the findings, if failed assertions of a suite make them fewer. */
function inEntries(findings: readonly Finding[]): string {
  const entries = new Set(findings.map((finding) => finding.assertion?.suite ?? finding)).size;
  return entries === findings.length ? '' : ` in ${counted(entries, 'entry', 'entries')}`;
}

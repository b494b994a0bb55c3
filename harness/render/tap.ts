import { phaseNames, type PhaseName } from '../common/phase.ts';
import type { Evidence } from '../pack/evidence.ts';
import { visible } from '../report/escape-invisible.ts';
import { whoRan, type SuiteRun } from '../pgtap/suite-run.ts';
import type { Assertion } from '../pgtap/assertion.ts';
import type { Finding } from '../findings/finding.ts';

/** One test point. Its own subtests come before it. */
interface Point {
  ok: boolean;
  name: string;
  /** `TODO …` is a failure that does not count, `SKIP …` a point that was not tried. */
  directive?: string | undefined;
  diagnostics?: Record<string, unknown>;
  subtests?: Point[];
}

/**
 * The run as one TAP version 14 document: both phases with their suites, then the findings and the verdict. It is ok if the
 * contract holds.
 */
export function tapDocument(stored: Evidence): string {
  const evidence = visible(stored);
  const points = [...phaseNames.map((phase) => phasePoint(phase, evidence)), contractPoint(evidence)];
  return `${['TAP version 14', ...pointLines(points, '')].join('\n')}\n`;
}

function phasePoint(phase: PhaseName, { phases, findings }: Evidence): Point {
  const { revision, suites } = phases[phase];
  const accepted = new Set(
    findings
      .filter((finding) => finding.code === 'assertion-failed' && finding.accepted !== undefined)
      .map(({ object }) => object),
  );
  // Baseline is expected to be red: what fails there is what the contract will add.
  const excuse = (object: string) =>
    phase === 'baseline' ? 'TODO before the contract' : accepted.has(object) ? 'TODO accepted' : undefined;
  return parent(
    `${phase} ${revision}`,
    suites.map((run) => suitePoint(run, excuse)),
  );
}

function suitePoint(run: SuiteRun, excuse: (object: string) => string | undefined): Point {
  const points = run.assertions.map((assertion) =>
    assertionPoint(assertion, excuse(`${run.suite}#${assertion.number}`)),
  );
  const stopped: Point = {
    ok: false,
    name: 'the suite completes',
    directive: excuse(run.suite),
    diagnostics: { message: run.reason ?? run.status, file: run.file },
  };
  return parent(
    `${run.suite} as ${whoRan(run)} (${run.session})`,
    run.status === 'complete' ? points : [...points, stopped],
  );
}

function assertionPoint({ name, result, diagnostics }: Assertion, excuse: string | undefined): Point {
  switch (result) {
    case 'ok':
      return { ok: true, name };
    case 'skip':
      return { ok: true, name, directive: 'SKIP' };
    case 'todo':
      return { ok: false, name, directive: 'TODO' };
    case 'missing':
      return { ok: false, name, directive: excuse, diagnostics: { message: 'it was not reached' } };
    case 'not-ok':
      return { ok: false, name, directive: excuse, diagnostics: { message: diagnostics } };
  }
}

// The findings one by one, and the verdict itself, so that a run that proved nothing is not ok.
function contractPoint({ findings, verdict: { status, reasons } }: Evidence): Point {
  const verdict: Point = {
    ok: status === 'pass',
    name: 'the contract holds',
    ...(status === 'pass' ? {} : { diagnostics: { verdict: status, reasons } }),
  };
  return parent('contract', [...findings.map(findingPoint), verdict]);
}

function findingPoint({
  code,
  severity,
  object,
  identity,
  access = '',
  message,
  remedy,
  declare,
  retract,
  retract_with_remedy,
  location,
  accepted,
}: Finding): Point {
  const where = location === undefined ? {} : { file: location.file, line: location.line };
  return {
    ok: false,
    name: [code, identity, access, object].filter((part) => part !== '').join(' '),
    directive: accepted === undefined ? undefined : `TODO accepted until ${accepted.until}: ${accepted.reason}`,
    diagnostics: {
      message,
      severity,
      remedy,
      ...(retract_with_remedy === undefined ? {} : { retract_with_remedy }),
      ...(retract === undefined ? {} : { retract }),
      ...(declare === undefined ? {} : { declare }),
      ...where,
    },
  };
}

/** A point that is ok if each of its subtests is, or need not be. */
function parent(name: string, subtests: Point[]): Point {
  return { ok: subtests.every(({ ok, directive }) => ok || directive !== undefined), name, subtests };
}

function pointLines(points: readonly Point[], indent: string): string[] {
  const body = points.flatMap(({ ok, name, directive, diagnostics = {}, subtests }, at) => [
    ...(subtests === undefined ? [] : [`# Subtest: ${escaped(name)}`, ...pointLines(subtests, '    ')]),
    `${ok ? 'ok' : 'not ok'} ${at + 1} - ${escaped(name)}${directive === undefined ? '' : ` # ${escaped(directive)}`}`,
    ...diagnosticLines(diagnostics),
  ]);
  return [`1..${points.length}`, ...body].map((line) => indent + line);
}

// A JSON string, number or list is also YAML.
function diagnosticLines(diagnostics: Record<string, unknown>): string[] {
  const entries = Object.entries(diagnostics);
  return entries.length === 0
    ? []
    : ['  ---', ...entries.map(([key, value]) => `  ${key}: ${JSON.stringify(value)}`), '  ...'];
}

// One line in which nothing begins a directive or opens a block of subtests.
function escaped(text: string): string {
  return text
    .trim()
    .replace(/\s*\n\s*/g, ' ')
    .replace(/\{$/, '\\u{7b}')
    .replace(/[\\#]/g, '\\$&');
}

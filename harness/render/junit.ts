import type { Evidence } from '../pack/evidence.ts';
import { whoRan, type SuiteRun } from '../pgtap/suite-run.ts';
import type { Assertion } from '../pgtap/assertion.ts';
import { junitDocument, type CaseResult, type TestCase, type TestSuite } from '../report/junit-document.ts';
import { whereMeantText } from '../findings/where-meant.ts';

/** The suites at head and the findings as JUnit XML, for the test view of a CI. */
export function junitXml(evidence: Evidence): string {
  const { run, phases } = evidence;
  const suites = [...phases.head.suites.map(testSuite), contractSuite(evidence)];
  return junitDocument(suites, {
    name: `rolecall ${run.title}`,
    timestamp: run.started_at,
    time: (run.duration_ms / 1000).toFixed(3),
  });
}

function testSuite(run: SuiteRun): TestSuite {
  const cases = run.assertions.map((assertion) => assertionCase(run, assertion));
  const stopped: TestCase = {
    name: 'the suite completes',
    classname: run.suite,
    file: run.file,
    ending: 'error',
    type: run.status,
    message: run.reason ?? run.status,
    text: '',
  };
  return {
    name: run.suite,
    properties: [
      ['as', whoRan(run)],
      ['session', run.session],
      ['why', run.why],
    ],
    cases: run.status === 'complete' ? cases : [...cases, stopped],
  };
}

const endings: Record<Assertion['result'], CaseResult> = {
  ok: 'passed',
  'not-ok': 'failure',
  skip: 'skipped',
  todo: 'skipped',
  missing: 'error',
};

function assertionCase({ suite, file }: SuiteRun, { number, name, result, diagnostics }: Assertion): TestCase {
  return {
    name: `${number} - ${name}`,
    classname: suite,
    file,
    ending: endings[result],
    type: result,
    message: `${result}: ${name}`,
    text: diagnostics,
  };
}

// The findings one by one, and the verdict itself, so that a run that proved nothing is not a green file.
function contractSuite({ findings, verdict: { status, reasons }, run }: Evidence): TestSuite {
  const verdictEndings: Record<Evidence['verdict']['status'], CaseResult> = {
    pass: 'passed',
    fail: 'failure',
    inconclusive: 'error',
  };
  const file = run.contract_file;
  const verdict: TestCase = {
    name: 'the contract holds',
    classname: 'contract',
    file,
    ending: verdictEndings[status],
    type: status,
    message: reasons[0] ?? status,
    text: reasons.join('\n'),
  };
  const cases = findings.map((finding): TestCase => ({
    name: [finding.code, finding.object, finding.identity].filter((part) => part !== '').join(' '),
    classname: 'contract',
    file: finding.location?.file ?? file,
    ending: 'failure',
    type: finding.code,
    message: finding.message,
    text: `Severity: ${finding.severity}\nRemedy:\n${finding.remedy}${finding.tried === undefined ? '' : `\nTried: ${finding.tried}`}${whereMeantText(finding)}`,
  }));
  return { name: 'contract', properties: [], cases: [...cases, verdict] };
}

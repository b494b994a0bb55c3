import type { Evidence } from '../pack/evidence.ts';
import type { SuiteRun } from '../pgtap/suite-run.ts';
import type { Assertion } from '../pgtap/assertion.ts';

type Ending = 'passed' | 'failure' | 'error' | 'skipped';

interface TestCase {
  name: string;
  classname: string;
  file: string;
  ending: Ending;
  type: string;
  message: string;
  text: string;
}

interface TestSuite {
  name: string;
  properties: [name: string, value: string][];
  cases: TestCase[];
}

/** The suites at head and the findings as JUnit XML, for the test view of a CI. */
export function junitXml(evidence: Evidence): string {
  const { run, phases } = evidence;
  const suites = [...phases.head.suites.map(testSuite), contractSuite(evidence)];
  const all = suites.flatMap(({ cases }) => cases);
  const attributes = [
    attribute('name', `rolecall ${run.title}`),
    ...totals(all),
    attribute('timestamp', run.started_at),
    attribute('time', (run.duration_ms / 1000).toFixed(3)),
  ];
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites ${attributes.join(' ')}>`,
    ...suites.flatMap(suiteLines),
    '</testsuites>',
    '',
  ].join('\n');
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
      ['as', run.as],
      ['session', run.session],
      ['why', run.why],
    ],
    cases: run.status === 'complete' ? cases : [...cases, stopped],
  };
}

const endings: Record<Assertion['result'], Ending> = {
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

// The findings one by one, and the verdict itself, so that a run which proved nothing is not a green file.
function contractSuite({ findings, verdict: { status, reasons }, run }: Evidence): TestSuite {
  const verdictEndings: Record<Evidence['verdict']['status'], Ending> = {
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
    text: `Severity: ${finding.severity}\nRemedy:\n${finding.remedy}${finding.tried === undefined ? '' : `\nTried: ${finding.tried}`}`,
  }));
  return { name: 'contract', properties: [], cases: [...cases, verdict] };
}

function suiteLines({ name, properties, cases }: TestSuite): string[] {
  return [
    `  <testsuite ${[attribute('name', name), ...totals(cases)].join(' ')}>`,
    ...(properties.length > 0
      ? [
          '    <properties>',
          ...properties.map(
            ([key, value]) => `      <property ${attribute('name', key)} ${attribute('value', value)}/>`,
          ),
          '    </properties>',
        ]
      : []),
    ...cases.flatMap(caseLines),
    '  </testsuite>',
  ];
}

function caseLines({ name, classname, file, ending, type, message, text }: TestCase): string[] {
  const head = `    <testcase ${attribute('name', name)} ${attribute('classname', classname)} ${attribute('file', file)}`;
  switch (ending) {
    case 'passed':
      return [`${head}/>`];
    case 'skipped':
      return [`${head}>`, `      <skipped ${attribute('message', message)}/>`, '    </testcase>'];
    case 'failure':
    case 'error':
      return [
        `${head}>`,
        `      <${ending} ${attribute('message', message)} ${attribute('type', type)}>${escaped(text)}</${ending}>`,
        '    </testcase>',
      ];
  }
}

function totals(cases: readonly TestCase[]): string[] {
  const count = (ending: Ending) => String(cases.filter((one) => one.ending === ending).length);
  return [
    attribute('tests', String(cases.length)),
    attribute('failures', count('failure')),
    attribute('errors', count('error')),
    attribute('skipped', count('skipped')),
  ];
}

// A line end inside an attribute would be read as a space; as a reference it stays.
function attribute(name: string, value: string): string {
  return `${name}="${escaped(value).replaceAll('\n', '&#10;').replaceAll('\t', '&#9;')}"`;
}

const references: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
  '\r': '&#13;',
};

// Text for XML 1.0. A character that XML cannot hold in any form is spelt out.
function escaped(text: string): string {
  return text
    .replace(
      /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu,
      (char) => `\\u{${char.codePointAt(0)!.toString(16)}}`,
    )
    .replace(/[&<>"'\r]/g, (char) => references[char]!);
}

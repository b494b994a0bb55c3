export type CaseResult = 'passed' | 'failure' | 'error' | 'skipped';

export interface TestCase {
  name: string;
  classname: string;
  file: string;
  ending: CaseResult;
  type: string;
  message: string;
  text: string;
}

export interface TestSuite {
  name: string;
  properties: [name: string, value: string][];
  cases: TestCase[];
}

/** Suites of test cases as JUnit XML. `more` are attributes of the root element. */
export function junitDocument(
  suites: readonly TestSuite[],
  { name, ...more }: { name: string; [attribute: string]: string },
): string {
  const attributes = [
    attribute('name', name),
    ...totals(suites.flatMap(({ cases }) => cases)),
    ...Object.entries(more).map(([key, value]) => attribute(key, value)),
  ];
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites ${attributes.join(' ')}>`,
    ...suites.flatMap(suiteLines),
    '</testsuites>',
    '',
  ].join('\n');
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
  const count = (ending: CaseResult) => String(cases.filter((one) => one.ending === ending).length);
  return [
    attribute('tests', String(cases.length)),
    attribute('failures', count('failure')),
    attribute('errors', count('error')),
    attribute('skipped', count('skipped')),
  ];
}

// A line end in an attribute would be read as a space. As a reference it stays.
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

// Text for XML 1.0. A character that XML cannot contain is written out.
function escaped(text: string): string {
  return text
    .replace(
      /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu,
      (char) => `\\u{${char.codePointAt(0)!.toString(16)}}`,
    )
    .replace(/[&<>"'\r]/g, (char) => references[char]!);
}

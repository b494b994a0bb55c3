import path from 'node:path';

import { junitDocument, type TestCase } from '../../report/junit-document.ts';
import { workflowCommand } from '../../report/workflow-command.ts';
import type { Test } from '../read-tap.ts';
import { hasFailed, whyVacuous, type TestResult } from '../test-result.ts';

/** The files as one TAP document, version 14: each a subtest, and what stopped it. */
export function tapText(results: readonly TestResult[]): string {
  const points = results.flatMap((result, index) => {
    const lines = result.tap.split('\n').filter((line, at, all) => line !== '' || at < all.length - 1);
    const faults = [...result.reading.faults, ...(result.fault === undefined ? [] : [result.fault.headline])];
    return [
      `# Subtest: ${oneLine(result.name)}`,
      ...lines.map((line) => `    ${line}`),
      `${hasFailed(result) ? 'not ok' : 'ok'} ${index + 1} - ${oneLine(result.name)}`,
      ...faults.map((fault) => `# ${fault.replaceAll('\n', '\n# ')}`),
    ];
  });
  return `${['TAP version 14', `1..${results.length}`, ...points].join('\n')}\n`;
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').replaceAll('#', '\\#');
}

/** The files as suites of JUnit XML. */
export function junitText(results: readonly TestResult[], milliseconds: number): string {
  const suites = results.map((result) => ({
    name: result.name,
    properties: [] as [string, string][],
    cases: [...result.reading.tests.map((test) => testCase(result, test)), ...wholeCases(result)],
  }));
  return junitDocument(suites, { name: 'rolecall test', time: (milliseconds / 1000).toFixed(3) });
}

function testCase({ name: file }: TestResult, test: Test): TestCase {
  const { number, description, directive, passed, diagnostics, explanation } = test;
  return {
    name: `${number} - ${description}`,
    classname: path.basename(file).replace(/\.\w+$/, ''),
    file,
    ending: !passed ? 'failure' : directive === undefined ? 'passed' : 'skipped',
    type: directive ?? (passed ? 'ok' : 'not ok'),
    message: directive === undefined ? description : `${directive}: ${explanation}`,
    text: diagnostics.join('\n'),
  };
}

/** What is wrong with a file as a whole. */
function wholeCases({ name: file, reading, fault, exit }: TestResult): TestCase[] {
  const reasons = [
    ...reading.faults,
    ...(reading.bailout === undefined ? [] : [`Bail out! ${reading.bailout}`]),
    ...(exit === 0 ? [] : [fault?.report ?? `exit ${exit}`]),
  ];
  return reasons.length === 0
    ? []
    : [
        {
          name: 'the file completes',
          classname: path.basename(file).replace(/\.\w+$/, ''),
          file,
          ending: 'error',
          type: 'incomplete',
          message: reasons[0]!,
          text: reasons.join('\n'),
        },
      ];
}

/** The results as data. */
export function jsonText(results: readonly TestResult[], exit: number): string {
  const files = results.map((result) => {
    const { name, reading, fault, milliseconds, hopsRoles, included, exit: status } = result;
    return {
      file: name,
      passed: !hasFailed(result),
      exit: status,
      planned: reading.planned ?? null,
      skip_all: reading.skipAll ?? null,
      bailout: reading.bailout ?? null,
      faults: reading.faults,
      error: fault ?? null,
      vacuous: whyVacuous(result) ?? null,
      sets_role: hopsRoles,
      included,
      milliseconds,
      tests: reading.tests.map(({ number, description, directive = null, isOk, passed, explanation, diagnostics }) => ({
        number,
        description,
        ok: isOk,
        passed,
        directive,
        explanation,
        diagnostics,
      })),
    };
  });
  return `${JSON.stringify({ exit, files })}\n`;
}

/** Annotations for GitHub: at the line where a script stopped, else at the first of its file. */
export function githubText(results: readonly TestResult[], workspace: string): string {
  const lines = results.filter(hasFailed).map(({ name, fault, reading }) => {
    const failed = reading.tests.filter(({ passed }) => !passed);
    const message = [
      ...(fault === undefined ? [] : [fault.report]),
      ...failed.map((test) => [`${test.number} - ${test.description}`, ...test.diagnostics].join('\n')),
      ...reading.faults,
      ...(reading.bailout === undefined ? [] : [`Bail out! ${reading.bailout}`]),
    ].join('\n');
    const { file, line } = fault ?? { file: name, line: 1 };
    const inside = path.relative(workspace, path.resolve(file)).replaceAll(path.sep, '/');
    return workflowCommand('error', { file: inside, line: String(line), title: `pgTAP ${name}` }, message);
  });
  return lines.map((line) => `${line}\n`).join('');
}

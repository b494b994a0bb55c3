import path from 'node:path';

import { slashed } from '../../common/slashes.ts';
import { junitDocument, type TestCase } from '../../report/junit-document.ts';
import { workflowCommand } from '../../report/workflow-command.ts';
import type { Test } from '../read-tap.ts';
import { hasFailed, isMade, whyIdle, whyVacuous, type TestResult } from '../test-result.ts';

/** The files as one TAP document, version 14: each is a subtest, with what stopped it. */
export function tapText(results: readonly TestResult[]): string {
  const points = results.flatMap((result, index) => {
    const lines = result.tap.split('\n').filter((line, at, all) => line !== '' || at < all.length - 1);
    const faults = [...result.reading.faults, ...(result.fault === undefined ? [] : [result.fault.headline])];
    const vacuous = whyVacuous(result);
    const directive = vacuous === undefined ? '' : ` # SKIP it shows nothing: ${oneLine(vacuous)}`;
    return [
      `# Subtest: ${oneLine(result.name)}`,
      ...lines.map((line) => `    ${line}`),
      `${hasFailed(result) ? 'not ok' : 'ok'} ${index + 1} - ${oneLine(result.name)}${directive}`,
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
  const { number, description, directive, passed, diagnostics } = test;
  return {
    name: `${number} - ${description}`,
    classname: classOf(file),
    file,
    ending: !passed ? 'failure' : isMade(test) ? 'passed' : 'skipped',
    type: directive ?? (passed ? 'ok' : 'not ok'),
    message: passed && !isMade(test) ? `${directive ?? 'skip'}: ${whyIdle(test)}` : description,
    text: diagnostics.join('\n'),
  };
}

function classOf(file: string): string {
  return path.basename(file).replace(/\.\w+$/, '');
}

/** What is wrong with a file as a whole, or that it has no test. */
function wholeCases(result: TestResult): TestCase[] {
  const { name: file, reading, fault, exit } = result;
  const reasons = [
    ...reading.faults,
    ...(reading.bailout === undefined ? [] : [`Bail out! ${reading.bailout}`]),
    ...(exit === 0 ? [] : [fault?.report ?? `exit ${exit}`]),
  ];
  const whole = { classname: classOf(file), file, text: reasons.join('\n') };
  if (reasons.length > 0) {
    return [{ ...whole, name: 'the file completes', ending: 'error', type: 'incomplete', message: reasons[0]! }];
  }
  const vacuous = reading.tests.length === 0 ? whyVacuous(result) : undefined;
  return vacuous === undefined
    ? []
    : [{ ...whole, name: 'the file shows something', ending: 'skipped', type: 'skip', message: vacuous }];
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

/**
 * Annotations for GitHub, an error for a failed file, a warning for one that proves nothing: at the line where a script stopped,
 * otherwise at the first line of its file.
 */
export function githubText(results: readonly TestResult[], workspace: string): string {
  const lines = results.flatMap((result) => {
    const { name, fault, reading } = result;
    const { file, line } = fault ?? { file: name, line: 1 };
    const inside = slashed(path.relative(workspace, path.resolve(file)));
    const place = { file: inside, line: String(line), title: `pgTAP ${name}` };
    const vacuous = whyVacuous(result);
    if (vacuous !== undefined) {
      return [workflowCommand('warning', place, `It shows nothing: ${vacuous}`)];
    }
    if (!hasFailed(result)) {
      return [];
    }
    const failed = reading.tests.filter(({ passed }) => !passed);
    const message = [
      ...(fault === undefined ? [] : [fault.report]),
      ...failed.map((test) => [`${test.number} - ${test.description}`, ...test.diagnostics].join('\n')),
      ...reading.faults,
      ...(reading.bailout === undefined ? [] : [`Bail out! ${reading.bailout}`]),
    ].join('\n');
    return [workflowCommand('error', place, message)];
  });
  return lines.map((line) => `${line}\n`).join('');
}

import { counted } from '../../common/text.ts';
import type { Line } from '../read-tap.ts';
import { hasFailed, type TestResult } from '../test-result.ts';

/** What is shown, by the options of `prove`. */
export interface ProveOptions {
  /** Every line of TAP. */
  verbose: boolean;
  /** Failed tests. */
  failures: boolean;
  /** Neither lines nor files, only the summary. */
  quiet: boolean;
  /** Length of the longest file name. */
  longest: number;
}

/** What `prove` prints after a file. */
export function fileText(result: TestResult, options: ProveOptions): string {
  if (options.quiet) {
    return '';
  }
  const { name, reading, exit } = result;
  const head = `${name} ${'.'.repeat(options.longest + 2 - name.length)} `;
  if (reading.bailout !== undefined) {
    return `${head}\nBailout called.  Further testing stopped:  ${reading.bailout}\n`;
  }
  if (reading.skipAll !== undefined && exit === 0) {
    return `${head}skipped: ${reading.skipAll}\n`;
  }
  const lines = reading.lines.filter((line) => isShown(line, options)).map(({ text }) => `${text}\n`);
  const body = lines.join('');
  return hasFailed(result) ? `${head}\n${body}${failureText(result)}` : `${head}${body === '' ? '' : `\n${body}`}ok\n`;
}

function isShown({ kind, text, test }: Line, { verbose, failures }: ProveOptions): boolean {
  return (verbose && text !== '') || kind === 'comment' || (failures && test?.passed === false);
}

function failureText({ reading: { tests, planned }, exit }: TestResult): string {
  const total = planned ?? tests.length;
  const passed = tests.filter((test) => test.passed).length;
  const failed = total - passed;
  const skipped = tests.filter(({ directive }) => directive === 'skip').length;
  const todoPassed = tests.filter(({ directive, isOk }) => directive === 'todo' && isOk).length;
  return [
    ...(exit === 0 ? [] : [`Dubious, test returned ${exit} (wstat ${exit * 256}, 0x${(exit * 256).toString(16)})\n`]),
    tests.length - passed + (total - tests.length) === 0
      ? total === 0
        ? 'No subtests run '
        : `All ${total} subtests passed `
      : `Failed ${failed}/${total} subtests ${total === 0 ? '\nNo tests run!' : ''}`,
    ...(skipped === 0 ? [] : [`\n\t(less ${counted(skipped, 'skipped subtest')}: ${passed - skipped} okay)`]),
    ...(todoPassed === 0 ? [] : [`\n\t(${counted(todoPassed, 'TODO test')} unexpectedly succeeded)`]),
    '\n',
  ].join('');
}

/** What `prove` prints at the end: the failures of each file, and the result. */
export function summaryText(results: readonly TestResult[], seconds: number, { longest }: ProveOptions): string {
  const bailedOut = results.find(({ reading }) => reading.bailout !== undefined);
  const total = results.reduce((sum, { reading }) => sum + reading.tests.length, 0);
  const failed = results.filter(hasFailed);
  const told = results.filter((result) => hasFailed(result) || todoPassed(result).length > 0);
  const status = failed.length > 0 ? 'FAIL' : total > 0 ? 'PASS' : 'NOTESTS';
  return [
    ...(bailedOut === undefined ? [] : [`FAILED--Further testing stopped: ${bailedOut.reading.bailout!}\n`]),
    ...(status === 'PASS' ? ['All tests successful.\n'] : []),
    ...(told.length === 0
      ? []
      : ['\nTest Summary Report\n-------------------\n', ...told.map((result) => reportOf(result, longest))]),
    `Files=${results.length}, Tests=${total}, ${seconds.toFixed(1)} wallclock secs\n`,
    `Result: ${status}\n`,
  ].join('');
}

const todoPassed = ({ reading }: TestResult) =>
  reading.tests.filter(({ directive, isOk }) => directive === 'todo' && isOk).map(({ number }) => number);

function reportOf(result: TestResult, longest: number): string {
  const { name, reading, exit, fault } = result;
  const failed = reading.tests.filter(({ passed }) => !passed).map(({ number }) => number);
  const todo = todoPassed(result);
  const status = exit === 0 ? '0' : `${exit * 256} (exited ${exit})`;
  const [first, ...more] = reading.faults;
  return [
    `${name.padEnd(Math.max(longest, name.length + 1))}(Wstat: ${status} Tests: ${reading.tests.length} Failed: ${failed.length})\n`,
    ...(failed.length === 0 ? [] : [`  Failed test${failed.length === 1 ? '' : 's'}:  ${ranges(failed)}\n`]),
    ...(todo.length === 0 ? [] : [`  TODO passed:   ${ranges(todo)}\n`]),
    ...(exit === 0 ? [] : [`  Non-zero exit status: ${exit}\n`]),
    ...(first === undefined ? [] : [`  Parse errors: ${first}\n`]),
    ...more.map((text) => `                ${text}\n`),
    // `prove` does not repeat this line from above: why the script stopped.
    ...(fault === undefined ? [] : [`  Stopped: ${fault.headline.replaceAll('\n', ' ')}\n`]),
  ].join('');
}

/** `1-3, 5`. */
export function ranges(numbers: readonly number[]): string {
  const sorted = [...numbers].toSorted((a, b) => a - b);
  const parts: [number, number][] = [];
  for (const number of sorted) {
    const last = parts.at(-1);
    if (last !== undefined && number === last[1] + 1) {
      last[1] = number;
    } else {
      parts.push([number, number]);
    }
  }
  return parts.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(', ');
}

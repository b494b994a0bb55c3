import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';

import type { Evidence } from '../pack/evidence.ts';
import { evidence, proven } from './evidence.fixture.ts';
import { jobSummary } from './job-summary.ts';
import { annotationLines, githubReporter } from './github.ts';
import { combined, reporters } from './registry.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'rolecall-github-'));
afterAll(() => rmSync(folder, { recursive: true }));

interface Command {
  kind: string;
  properties: Record<string, string>;
  message: string;
}

/** Commands as GitHub's runner reads them: split first, unescaped afterwards. */
function commands(text: string): Command[] {
  const data = (value: string) => value.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%');
  const property = (value: string) => data(value.replaceAll('%3A', ':').replaceAll('%2C', ','));
  return text
    .trimEnd()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [, kind, pairs, message] = /^::(\w+) (.*?)::(.*)$/.exec(line)!;
      return {
        kind: kind!,
        properties: Object.fromEntries(
          pairs!
            .split(',')
            .map((pair) => [pair.slice(0, pair.indexOf('=')), property(pair.slice(pair.indexOf('=') + 1))]),
        ),
        message: data(message!),
      };
    });
}

const annotated = (data: Evidence, workspace = process.cwd()) =>
  commands(annotationLines(data, 'reports/runs/x', workspace));

test('each finding is an annotation at its line, else at the contract, with its remedy; what is unproven is a warning', () => {
  expect(
    annotated(evidence).map(({ kind, properties }) => [
      kind,
      properties['file'],
      properties['line'],
      properties['title']!.split(':')[0],
    ]),
  ).toEqual([
    ['error', 'db/migrations/202601211200_p2 contract.sql', '41', 'fail-open'],
    ['error', 'db/contract.yaml', '1', 'undeclared-access'],
    ['warning', 'db/contract.yaml', '12', 'witnesses-disagree'],
    ['warning', 'db/contract.yaml', '1', 'unproven'],
    ['warning', 'db/contract.yaml', '1', 'unproven'],
    ['warning', 'db/contract.yaml', '1', 'unproven'],
    ['notice', 'db/contract.yaml', '1', 'missing-access'],
  ]);
  const [first] = annotated(evidence);
  expect(first!.properties['title']).toBe('fail-open: app_user public.llm_api_calls');
  expect(first!.message).toBe(`${evidence.findings[1]!.message}\n→ ${evidence.findings[1]!.remedy}`);
  expect(annotationLines(proven, 'reports/runs/x', process.cwd())).toBe('');
});

test('no name or message can end its line, its property or the command', () => {
  const object = 'a%0A::error::b,line=1::c\n::warning::d\r%25';
  const finding = {
    ...evidence.findings[0]!,
    object,
    message: object,
    remedy: '',
    location: { file: 'db/a,b:c.sql', line: 3 },
  };
  const text = annotationLines({ ...proven, findings: [finding] }, 'reports/runs/x', process.cwd());
  expect(text.match(/\n/g)).toHaveLength(1);
  const shown = object.replace('\r', '\\u{d}');
  expect(commands(text)).toEqual([
    {
      kind: 'notice',
      properties: { file: 'db/a,b:c.sql', line: '3', title: `missing-access: app_user ${shown}` },
      message: shown,
    },
  ]);
});

test('ten of a kind are shown, and one notice, which is one of the ten, counts the others and points to the pack', () => {
  const many = (severity: 'high' | 'medium' | 'low', count: number) =>
    Array.from({ length: count }, (_, at) => ({ ...evidence.findings[0]!, severity, object: `${severity}${at}` }));
  const count = (data: Command[]) =>
    ['error', 'warning', 'notice'].map((kind) => data.filter((one) => one.kind === kind).length);
  const full = annotated({ ...proven, findings: [...many('high', 10), ...many('medium', 10), ...many('low', 10)] });
  expect(count(full)).toEqual([10, 10, 10]);
  const over = annotated({ ...proven, findings: [...many('high', 12), ...many('medium', 11), ...many('low', 12)] });
  expect(count(over)).toEqual([10, 10, 10]);
  expect(over.at(-1)).toEqual({
    kind: 'notice',
    properties: { title: 'rolecall' },
    message:
      '2 more errors, 1 more warning and 3 more notices: all are in report.html and sarif.json of the pack reports/runs/x, which the workflow uploads as an artefact.',
  });
});

test('failed assertions of one suite are one annotation that names them all', () => {
  const failed = (suite: string, number: number, more = {}) => ({
    code: 'assertion-failed',
    severity: 'high' as const,
    object: `${suite}#${number}`,
    identity: 'app_user',
    message: `${suite}#${number} is refused\nhave: 1`,
    remedy: 'REVOKE it.',
    assertion: { suite, number },
    location: { file: `pgtap/suites/${suite}.sql`, line: 1 },
    ...more,
  });
  const findings = [
    failed('01_a', 1),
    failed('01_a', 2),
    failed('02_b', 1),
    failed('01_a', 12),
    failed('01_a', 3, { accepted: { reason: 'known', until: '2026-12-31' } }),
  ];
  expect(
    annotated({ ...proven, findings }).map(({ kind, properties, message }) => [kind, properties['file'], message]),
  ).toEqual([
    [
      'error',
      'pgtap/suites/01_a.sql',
      '01_a#1 is refused\nhave: 1\nand 2 more assertions of this suite:\n- 01_a#2 is refused\n- 01_a#12 is refused\n→ REVOKE it.',
    ],
    ['error', 'pgtap/suites/02_b.sql', '02_b#1 is refused\nhave: 1\n→ REVOKE it.'],
    ['notice', 'pgtap/suites/01_a.sql', '01_a#3 is refused\nhave: 1\nAccepted until 2026-12-31: known'],
  ]);
});

test('an accepted finding is a notice that says why and until when', () => {
  const finding = { ...evidence.findings[1]!, accepted: { reason: 'SEC-142', until: '2026-12-31' } };
  expect(annotated({ ...proven, findings: [finding] })).toMatchObject([
    {
      kind: 'notice',
      properties: { title: 'accepted fail-open: app_user public.llm_api_calls' },
      message: expect.stringMatching(/\nAccepted until 2026-12-31: SEC-142$/) as string,
    },
  ]);
});

test('files are named from the root of the repository, and not at all outside it', () => {
  const files = (workspace: string) => annotated(evidence, workspace).map(({ properties }) => properties['file']);
  expect(files(path.dirname(process.cwd()))[0]).toBe(
    `${path.basename(process.cwd())}/db/migrations/202601211200_p2 contract.sql`,
  );
  expect(new Set(files(path.join(process.cwd(), 'harness')))).toEqual(new Set([undefined]));
});

test('the summary is added to the file of the step, within what GitHub takes; without a file nothing is written', () => {
  const summaryFile = path.join(folder, 'summary.md');
  writeFileSync(summaryFile, 'x'.repeat(1024 * 1024 - 3000));
  const written = (file: string | undefined) => {
    let text = '';
    githubReporter((more) => void (text += more), { summaryFile: file, workspace: process.cwd() }).onFinished!(
      evidence,
      'reports/runs/x',
    );
    return text;
  };
  expect(written(summaryFile)).toBe(written(undefined));
  const summary = readFileSync(summaryFile, 'utf8');
  expect(Buffer.byteLength(summary)).toBeLessThan(1024 * 1024);
  expect(summary.slice(1024 * 1024 - 3000)).toBe(jobSummary(evidence, 2999));
  expect(commands(written(path.join(folder, 'none', 'summary.md'))).at(-1)).toMatchObject({
    kind: 'warning',
    message: expect.stringMatching(/^the job summary was not written: ENOENT/) as string,
  });
});

test('beside another reporter each writes its own', () => {
  let text = '';
  const write = (more: string) => void (text += more);
  const options = {
    stdout: write,
    stderr: () => undefined,
    colours: { stdout: false, stderr: false },
    github: { summaryFile: undefined, workspace: process.cwd() },
  };
  combined([reporters.console(options), reporters.github(options)]).onFinished!(evidence, 'reports/runs/x');
  expect(text).toMatch(/\nFAIL the contract is broken: 4 findings\. .*\n::error file=/);
  expect(text.endsWith(annotationLines(evidence, 'reports/runs/x', process.cwd()))).toBe(true);
});

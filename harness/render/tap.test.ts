import { Parser, type Result } from 'tap-parser';
import { expect, test } from 'vitest';

import type { Evidence } from '../pack/evidence.ts';
import { evidence, proven } from './evidence.fixture.ts';
import { hostileMessage } from '../report/hostile.fixture.ts';
import { tapDocument } from './tap.ts';

interface Parsed {
  ok: boolean;
  points: { path: string; ok: boolean; name: string; todo: unknown; skip: unknown; diag: unknown }[];
  /** Lines that the parser did not understand. */
  extra: string[];
}

function parse(data: Evidence): Parsed {
  const parsed: Parsed = { ok: false, points: [], extra: [] };
  const watch = (parser: Parser, path: string) => {
    parser.on('assert', ({ ok, name, todo, skip, diag }: Result) =>
      parsed.points.push({ path, ok, name, todo, skip, diag }),
    );
    parser.on('extra', (line: string) => parsed.extra.push(line));
    parser.on('child', (child: Parser) => watch(child, `${path}/${child.name}`));
  };
  const parser = new Parser({ strict: true }, ({ ok }) => {
    parsed.ok = ok;
  });
  watch(parser, '');
  parser.end(tapDocument(data));
  return parsed;
}

const { points, extra, ok } = parse(evidence);

test('it is one TAP 14 document that a strict parser reads to the end', () => {
  expect(tapDocument(evidence)).toMatch(/^TAP version 14\n1\.\.3\n# Subtest: baseline /);
  expect(extra).toEqual([]);
  expect(points.filter(({ path }) => path === '').map((point) => `${point.ok} ${point.name}`)).toEqual([
    'true baseline 202601131610',
    'false head 202601211200',
    'false contract',
  ]);
});

test('it is ok where the contract holds, and nowhere else', () => {
  expect(ok).toBe(false);
  expect(parse(proven).ok).toBe(true);
  const suites = { ...proven.phases, head: { ...proven.phases.head, suites: [] } };
  expect(
    parse({
      ...proven,
      phases: suites,
      verdict: { ...proven.verdict, status: 'inconclusive', exit_code: 3, reasons: ['no suite ran'] },
    }).ok,
  ).toBe(false);
});

test('what failed at baseline does not count, what failed at head does', () => {
  const red = points
    .filter((point) => point.path.includes('/01_identity as') || point.path.includes('/02_tenants_denied as'))
    .filter((point) => !point.ok);
  expect(new Set(red.filter(({ path }) => path.startsWith('/baseline')).map(({ todo }) => todo))).toEqual(
    new Set(['before the contract']),
  );
  expect(red.filter(({ path, todo }) => path.startsWith('/head') && !todo)).toHaveLength(2);
});

test('a suite that stopped is not ok, and says why', () => {
  expect(points).toContainEqual(
    expect.objectContaining({
      path: '/head 202601211200/04_stopped as app_user (login)',
      ok: false,
      name: 'the suite completes',
      diag: { message: 'planned 3 tests but ran 1', file: 'pgtap/suites/04_stopped.sql' },
    }),
  );
});

test('a finding is not ok and carries message, remedy and place', () => {
  const finding = points.find(({ name }) => name === 'fail-open app_user public.llm_api_calls')!;
  expect(finding).toMatchObject({
    path: '/contract',
    ok: false,
    todo: false,
    diag: { severity: 'high', file: 'db/migrations/202601211200_p2 contract.sql', line: 41 },
  });
  expect((finding.diag as { remedy: string }).remedy).toBe(evidence.findings[1]!.remedy);
});

test('what the contract accepts stays visible and does not count', () => {
  const accepted = { reason: 'known # {', until: '2026-12-31' };
  const failed = {
    code: 'assertion-failed',
    severity: 'high',
    object: '01_identity#1',
    identity: 'app_user',
    message: 'm',
    remedy: '',
    accepted,
  } as const;
  const [first, ...rest] = proven.phases.head.suites;
  const suite = {
    ...first!,
    assertions: first!.assertions.map((one) => (one.number === 1 ? { ...one, result: 'not-ok' as const } : one)),
  };
  const data: Evidence = {
    ...proven,
    phases: { ...proven.phases, head: { ...proven.phases.head, suites: [suite, ...rest] } },
    findings: [failed],
  };
  const run = parse(data);
  expect([run.ok, run.extra]).toEqual([true, []]);
  expect(run.points.filter((point) => !point.ok && point.path.startsWith('/head')).map(({ todo }) => todo)).toEqual([
    'accepted',
  ]);
  expect(run.points.filter((point) => !point.ok && point.path === '/contract').map(({ todo }) => todo)).toEqual([
    'accepted until 2026-12-31: known # \\u{7b}',
  ]);
  expect(parse({ ...data, findings: [] }).ok).toBe(false);
});

test('no name or message can begin a line, a directive or a block of its own', () => {
  const hostile = ['x {', 'x # SKIP', 'a\nok 2 - b', `${hostileMessage}\nBail out!`, 'back\\', '# TODO x'];
  const assertions = hostile.map((name, at) => ({
    number: at + 1,
    name,
    result: 'not-ok' as const,
    diagnostics: `${name}\n...\nBail out!`,
  }));
  const [first] = proven.phases.head.suites;
  const run = parse({
    ...proven,
    phases: { ...proven.phases, head: { ...proven.phases.head, suites: [{ ...first!, assertions }] } },
  });
  const seen = run.points.filter(({ path }) => path.startsWith('/head') && path.includes('/01_identity'));
  expect(run.extra).toEqual([]);
  expect(seen.map((point) => [point.ok, point.skip, point.todo])).toEqual(hostile.map(() => [false, false, false]));
  expect(seen.map(({ diag }) => (diag as { message: string }).message.split('\n').at(-1))).toEqual(
    hostile.map(() => 'Bail out!'),
  );
});

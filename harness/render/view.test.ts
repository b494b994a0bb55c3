import { expect, test } from 'vitest';
import type { FailClosedCell } from '../pack/evidence.ts';
import { evidence, proven } from './evidence.fixture.ts';
import { matrices } from '../proofs/fail-closed/view.ts';
import { attemptGroups } from '../proofs/live-access/view.ts';
import { privilegeGroups } from '../proofs/privilege-diff/view.ts';
import { roleViews } from '../proofs/closed-world/view.ts';
import { compareAssertions } from '../proofs/suites/compare-assertions.ts';
import { suiteViews } from '../proofs/suites/view.ts';
import { truthLines } from '../proofs/truth-table/view.ts';
import { hostileRole } from '../report/hostile.fixture.ts';
import { visible } from '../report/escape-invisible.ts';
import { reportView } from './view.ts';

const view = reportView(evidence);

test('the banner says in one sentence what was proven', () => {
  expect(reportView(proven).banner).toMatchObject({
    headline: 'The contract holds.',
    sentence:
      'At revision 202601211200, 3 identities have the access the contract declares and no other; 1 deficiency reproduced at 202601131610 is closed, 3 assertions went from red to green and 3 others stayed green.',
  });
});

test('the banner says what a pass leaves out, because the contract accepts it', () => {
  const accepted = { reason: 'known', until: '2027-02-26' };
  const unproven = { phase: 'head' as const, object: 't', identity: '', access: '', reason: 'no row', accepted };
  expect(
    reportView({
      ...proven,
      findings: evidence.findings.map((finding) => ({ ...finding, accepted })),
      unproven: [unproven],
    }).banner.sentence,
  ).toMatch(
    /the access the contract declares and no other, but for 4 findings accepted until 2027-02-26 and 1 object not proven \(accepted\); 1 deficiency /,
  );
});

test('what pgTAP said of an assertion does not name it again, and is not there where it said no more', () => {
  const changed = structuredClone(evidence);
  changed.phases.head.suites[0]!.assertions = [
    { number: 1, name: 'a', result: 'not-ok', diagnostics: 'Failed test 1: "a"' },
    { number: 2, name: 'b', result: 'not-ok', diagnostics: 'Failed test 2: "b"\n    have: 1' },
  ];
  changed.assertions = compareAssertions(changed.phases.baseline.suites, changed.phases.head.suites);
  const shown = suiteViews(changed).flatMap(({ diagnostics }) =>
    diagnostics.filter(({ title }) => title.includes('head')),
  );
  expect(shown).toContainEqual({ title: 'What pgTAP said at head of 1 assertion', text: 'not ok 2 - b\n  have: 1' });
});

test('the banner says what is broken, and at most eight reasons', () => {
  expect(view.banner.sentence).toBe(
    'At revision 202601211200, 4 findings (2 high, 1 medium and 1 low) contradict the contract.',
  );
  const reasons = Array.from({ length: 11 }, (_, n) => `reason ${n}`);
  expect(reportView({ ...evidence, verdict: { ...evidence.verdict, reasons } }).banner).toMatchObject({
    reasons: reasons.slice(0, 8),
    more: 3,
  });
});

test('an inconclusive run does not call the absence of findings a success', () => {
  const inconclusive = reportView({
    ...proven,
    verdict: { ...proven.verdict, status: 'inconclusive', exit_code: 3, reasons: ['no suite ran'] },
  });
  expect(inconclusive.banner.headline).toBe('Nothing was proven.');
  expect(inconclusive.no_findings).toContain('proves nothing');
});

test('the counts warn where nothing ran and alarm where something is red', () => {
  expect(view.counts.map(({ label, n, outOf, alarm }) => `${label} ${n}${outOf}${alarm ? ' !' : ''}`)).toEqual([
    'fixed 3',
    'held 3',
    'broken 1 !',
    'still red 3 !',
    'findings 4 !',
    'deficiencies 1/2 !',
    'controls 2/3 !',
    'closed 21/22 !',
  ]);
  expect(reportView({ ...proven, controls: [] }).counts.find(({ label }) => label === 'controls')).toMatchObject({
    n: 0,
    outOf: '/0',
    tone: 'warn',
  });
});

test('findings come heaviest first, advice is not set as SQL', () => {
  expect(view.findings.map(({ code }) => code)).toEqual([
    'fail-open',
    'undeclared-access',
    'witnesses-disagree',
    'missing-access',
  ]);
  const advice = { ...evidence.findings[0]!, remedy: 'Create it in a migration, or take it out of the contract.' };
  expect(reportView({ ...evidence, findings: [advice] }).findings[0]).toMatchObject({ language: 'text' });
});

test('the matrix runs from no context to every kind of context, and shows what is open', () => {
  const matrix = matrices(evidence.fail_closed).find(({ places }) => places.shown.object === 'public.llm_api_calls')!;
  expect(matrix.commands).toEqual(['SELECT', 'INSERT', 'DELETE']);
  expect(matrix.rows.map(({ context }) => context)).toEqual([
    'never-set',
    'empty',
    'after-commit',
    'not-of-type',
    'other-tenant',
    'own-tenant',
    'unknown-tenant',
  ]);
  expect(
    matrix.rows
      .flatMap(({ cells }) => cells.flatMap(({ entries }) => entries))
      .filter(({ badge }) => badge.tone === 'bad'),
  ).toEqual([{ badge: { tone: 'bad', mark: '✗', word: 'OPEN: 3 rows' }, sqlstate: null }]);
  expect(matrix.open).toBe(1);
});

test('a cell never looks closed when it is open, whatever its outcome', () => {
  const outcomes = ['allowed', 'denied-by-grant', 'denied-by-rls', 'hidden', 'absent', 'error:22P02'] as const;
  const cells = outcomes.map((outcome): FailClosedCell => ({
    table: 't',
    command: 'SELECT',
    identity: 'i',
    context: outcome,
    outcome,
    sqlstate: null,
    message: null,
    rows: 0,
    closed: false,
    control: null,
    closed_to_all: null,
    unproven: null,
    row_unchanged: null,
  }));
  for (const { cells: row } of matrices(cells)[0]!.rows) {
    expect(row[0]!.entries[0]!.badge).toMatchObject({ tone: 'bad', word: expect.stringContaining('OPEN') as string });
  }
});

test('a witness that contradicts the state stands out, and a silent one does not count as agreeing', () => {
  expect(truthLines(evidence.truth_table).at(-1)!.head.word).toBe('allowed, contract says denied');
  expect(
    truthLines(evidence.truth_table)
      .at(-1)!
      .witnesses.map(({ name, badge }) => `${name} ${badge.tone}`),
  ).toEqual(['catalog good', 'pgTAP good', 'attempt bad']);
  expect(truthLines(evidence.truth_table).at(-2)!.witnesses[1]!.badge).toMatchObject({ tone: 'quiet', word: 'silent' });
});

test('privileges of one grantee on one object are one line, attributes of one role too', () => {
  const lines = Object.fromEntries(
    privilegeGroups(evidence.privilege_diff).map(({ title, diff }) => [title, diff.split('\n')]),
  );
  expect(lines.Roles).toEqual(['+ app_security: bypassrls, exists, inherit']);
  expect(lines.Tables).toContain('+ INSERT, SELECT on public.llm_api_calls to app_rw (grantor postgres)');
  expect(lines.Tables).toContain('+ UPDATE on public.llm_monthly_costs to app_rw (grantable, grantor postgres)');
});

test('attempts of both phases meet by key, a denial without positive control is marked', () => {
  const attempts = attemptGroups(evidence.phases).find(
    ({ places }) => places.shown.object === 'public.llm_api_calls',
  )!.attempts;
  const own = attempts.find(({ access, contexts }) => access === 'INSERT' && contexts === 'own-tenant')!;
  expect([own.baseline.outcome.word, own.head.outcome.word, own.head.control]).toEqual([
    'denied by grant',
    'allowed, 1 row',
    null,
  ]);
  expect(attempts.find(({ contexts }) => contexts.startsWith('never-set'))!.head.control).toMatchObject({
    badge: { tone: 'warn', word: 'no positive control' },
  });
  expect(attempts.find(({ contexts }) => contexts === 'other-tenant')!.baseline.outcome.word).toBe('not tried');
});

test('a suite with something red is unfolded, one that went well is not', () => {
  expect(suiteViews(evidence).map(({ suite, open }) => `${suite} ${String(open)}`)).toEqual([
    '01_identity false',
    '02_tenants_denied true',
    '03_definer true',
    '04_stopped true',
  ]);
});

test('characters that cannot be seen are spelt out before anything is laid out', () => {
  expect(hostileRole).toContain('\u202e');
  expect(roleViews(visible(evidence).phases).map(({ name }) => name)).toContain('weird<name>&"|`x`\\u{202e}');
});

test('the limits name a shared cluster, superuser suites and definer functions that were not judged', () => {
  expect(view.limits.join('\n')).toContain('a login of tenants may call them: public."secret <b>"(text).');
  expect(view.limits.join(' ')).toMatch(/share[s]? its roles/);
  expect(view.limits.join(' ')).toContain('03_definer');
});

test('the commands to reproduce are quoted for a shell', () => {
  const commands = reportView({
    ...evidence,
    run: { ...evidence.run, contract_file: "db/it's.yaml", git_commit: null, git_dirty: false },
  }).reproduce;
  expect(commands.split('\n')[0]).toBe(
    String.raw`npx rolecall run --contract 'db/it'\''s.yaml' --topology embedded --pg 16`,
  );
});

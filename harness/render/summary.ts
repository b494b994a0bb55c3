import type { Change } from '../common/change.ts';
import type { Evidence } from '../pack/evidence.ts';
import { badge, type Tone } from '../report/badge.ts';
import { duration } from '../common/text.ts';

/** One labelled fact of the run. */
export interface LabelledFact {
  label: string;
  value: string;
  /** Set as code: a name, digest or revision. */
  code: boolean;
}

/** One number a reviewer looks for first. */
export interface Count {
  n: number;
  /** `/12`, or '' where the number stands alone. */
  outOf: string;
  label: string;
  gloss: string;
  tone: Tone;
  mark: string;
  /** Something a reviewer must not overlook. */
  alarm: boolean;
}

/** The facts under the banner: what was looked at, where, and when. */
export function headFacts({ run, phases }: Evidence): LabelledFact[] {
  return [
    code('Baseline', phases.baseline.revision),
    code('Head', phases.head.revision),
    plain('Server', `PostgreSQL ${run.server_version}`),
    plain('Topology', `${run.topology}, ${isolation(run.isolation)}`),
    ...(run.passed_over ?? []).map(({ topology, reason }) =>
      plain('Passed over', `${topology}: ${reason.split('\n')[0]!}`),
    ),
    code('Commit', commit(run)),
    plain('Date', date(run.started_at)),
    plain('Took', duration(run.duration_ms)),
    code('Pack', run.id),
    code('Fingerprint at baseline', phases.baseline.fingerprint.slice(0, 16)),
    code('Fingerprint at head', phases.head.fingerprint.slice(0, 16)),
  ];
}

/** The digests by which somebody else can tell that they hold the same thing. */
export function provenance({ run, phases, schema_version }: Evidence): LabelledFact[] {
  return [
    code('Contract', run.contract),
    code('Contract sha256', run.contract_sha256),
    code('Inputs sha256', run.inputs_sha256),
    code('Privileges at baseline sha256', phases.baseline.fingerprint),
    code('Privileges at head sha256', phases.head.fingerprint),
    code('Commit', commit(run)),
    code('Databases', `${phases.baseline.database}, ${phases.head.database}`),
    plain('Tool', `rolecall ${run.tool_version}`),
    plain('Schema of evidence.json', `version ${schema_version}`),
  ];
}

/** The counts in the order a reviewer asks for them. Zero of something bad is good; something bad is never quiet. */
export function counts({ assertions, findings: all, deficiencies, controls, fail_closed }: Evidence): Count[] {
  const findings = all.filter(({ accepted }) => accepted === undefined);
  const changed = (change: Change) => assertions.filter((a) => a.change === change).length;
  const closed = deficiencies.filter((d) => d.status === 'fixed').length;
  const noticed = controls.filter((c) => c.noticed).length;
  const shut = fail_closed.filter((c) => c.closed).length;
  return tiles([
    {
      n: changed('fixed'),
      outOf: '',
      label: 'fixed',
      gloss: 'assertions red → green',
      tone: changed('fixed') > 0 ? 'good' : 'quiet',
    },
    { n: changed('held'), outOf: '', label: 'held', gloss: 'assertions green → green', tone: 'quiet' },
    {
      n: changed('broken'),
      outOf: '',
      label: 'broken',
      gloss: 'assertions green → red',
      tone: noneOf(changed('broken')),
    },
    {
      n: changed('still-red'),
      outOf: '',
      label: 'still red',
      gloss: 'assertions red → red',
      tone: noneOf(changed('still-red')),
    },
    {
      n: findings.length,
      outOf: '',
      label: 'findings',
      gloss: all.length === findings.length ? 'against the contract' : `and ${all.length - findings.length} accepted`,
      tone: noneOf(findings.length),
    },
    { ...allOf(closed, deficiencies.length), label: 'deficiencies', gloss: 'closed at head' },
    {
      ...allOf(noticed, controls.length),
      ...(controls.length === 0 && { tone: 'warn' }),
      label: 'controls',
      gloss: 'noticed their damage',
    },
    { ...allOf(shut, fail_closed.length), label: 'closed', gloss: 'tenant probes that reached no other tenant' },
  ]);
}

/** Counts with the mark of their tone. */
export function tiles(counts: readonly Omit<Count, 'mark' | 'alarm'>[]): Count[] {
  return counts.map((count) => ({ ...count, mark: badge(count.tone, '').mark, alarm: count.tone === 'bad' }));
}

/** The tone of a number that should be 0. */
export function noneOf(n: number): Tone {
  return n === 0 ? 'quiet' : 'bad';
}

function allOf(n: number, of: number): { n: number; outOf: string; tone: Tone } {
  return { n, outOf: `/${of}`, tone: of === 0 ? 'quiet' : n === of ? 'good' : 'bad' };
}

/** The commit a run was made from, in words. */
export function commit({ git_commit, git_dirty }: Pick<Evidence['run'], 'git_commit' | 'git_dirty'>): string {
  return git_commit === null ? 'not in git' : `${git_commit.slice(0, 12)}${git_dirty ? ' + uncommitted changes' : ''}`;
}

function isolation(kind: Evidence['run']['isolation']): string {
  return kind === 'cluster-per-phase' ? 'one cluster per phase' : 'one cluster shared by both phases';
}

/** A labelled name, digest or revision. */
export function code(label: string, value: string): LabelledFact {
  return { label, value, code: true };
}

/** A labelled fact in words. */
export function plain(label: string, value: string): LabelledFact {
  return { label, value, code: false };
}

/** `2026-01-21 10:00:00 UTC`. */
export function date(iso: string): string {
  return iso.replace(/^(.{10})T(.{8})\.\d+Z$/, '$1 $2 UTC');
}

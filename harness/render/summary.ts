import type { Change } from '../common/change.ts';
import { linesOfReading } from '../migrations/told.ts';
import type { Evidence } from '../pack/evidence.ts';
import { isLookedAt } from '../proofs/phase-evidence.ts';
import type { Tone } from '../report/badge.ts';
import { noneOf, tiles, type Count } from '../report/count.ts';
import { code, commit, date, plain, type LabelledFact } from '../report/labelled-fact.ts';
import { serverWords } from '../report/server-words.ts';
import { duration } from '../common/text.ts';

/** The facts under the banner: what was looked at, where, and when. */
export function headFacts({ run, phases, server }: Evidence): LabelledFact[] {
  return [
    code('Baseline', phases.baseline.revision),
    code('Head', phases.head.revision),
    plain('Server', `PostgreSQL ${run.server_version}`),
    ...(server === undefined ? [] : [plain('Platform', serverWords(server))]),
    plain('Topology', `${run.topology}, ${isolation(run.isolation)}`),
    ...(run.passed_over ?? []).map(({ topology, reason }) =>
      plain('Passed over', `${topology}: ${reason.split('\n')[0]!}`),
    ),
    code('Commit', commit(run)),
    plain('Date', date(run.started_at)),
    plain('Took', duration(run.duration_ms)),
    code('Pack', run.id),
    ...(isLookedAt(phases.baseline)
      ? [code('Fingerprint at baseline', phases.baseline.fingerprint.slice(0, 16))]
      : [code('Database', phases.head.database)]),
    code('Fingerprint at head', phases.head.fingerprint.slice(0, 16)),
  ];
}

/** The digests by which others can tell that they have the same inputs and state. */
export function provenance({ run, phases, schema_version }: Evidence): LabelledFact[] {
  return [
    code('Contract', run.contract),
    code('Contract sha256', run.contract_sha256),
    code('Inputs sha256', run.inputs_sha256),
    ...(run.migrations === undefined ? [] : [plain('Migrations', linesOfReading(run.migrations).join('; '))]),
    ...(run.platform === undefined ? [] : [code('Platform', `${run.platform.name} ${run.platform.sha256}`)]),
    ...(isLookedAt(phases.baseline) ? [code('Privileges at baseline sha256', phases.baseline.fingerprint)] : []),
    code('Privileges at head sha256', phases.head.fingerprint),
    code('Commit', commit(run)),
    isLookedAt(phases.baseline)
      ? code('Databases', `${phases.baseline.database}, ${phases.head.database}`)
      : code('Database', phases.head.database),
    plain('Tool', `rolecall ${run.tool_version}`),
    plain('Schema of evidence.json', `version ${schema_version}`),
  ];
}

type Tile = Parameters<typeof tiles>[0][number];

/** The counts in the order in which a reviewer needs them. Zero of something bad is good; something bad is never neutral. */
export function counts(evidence: Evidence): Count[] {
  return evidence.run.kind === 'drift' ? countsOfDrift(evidence) : countsOfProofs(evidence);
}

function countsOfDrift({ privilege_diff: { added, removed } }: Evidence): Count[] {
  return tiles([
    {
      n: added.length,
      outOf: '',
      label: 'live only',
      gloss: 'facts that no migration makes',
      tone: noneOf(added.length),
    },
    {
      n: removed.length,
      outOf: '',
      label: 'as built only',
      gloss: 'facts that are not there',
      tone: noneOf(removed.length),
    },
  ]);
}

function countsOfProofs({ phases, assertions, findings: all, deficiencies, controls, fail_closed }: Evidence): Count[] {
  const green = assertions.filter(({ head }) => head === 'ok').length;
  const findings = all.filter(({ accepted }) => accepted === undefined);
  const changed = (change: Change) => assertions.filter((a) => a.change === change).length;
  const closed = deficiencies.filter((d) => d.status === 'fixed').length;
  const noticed = controls.filter((c) => c.noticed).length;
  const shut = fail_closed.filter((c) => c.closed).length;
  const looked = isLookedAt(phases.baseline);
  const ofChanges: Tile[] = [
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
  ];
  const ofLive: Tile[] = [{ ...allOf(green, assertions.length), label: 'green', gloss: 'assertions' }];
  const ofBuilt: Tile[] = [
    { ...allOf(closed, deficiencies.length), label: 'deficiencies', gloss: 'closed at head' },
    {
      ...allOf(noticed, controls.length),
      ...(controls.length === 0 && { tone: 'warn' }),
      label: 'controls',
      gloss: 'noticed their damage',
    },
  ];
  return tiles([
    ...(looked ? ofChanges : ofLive),
    {
      n: findings.length,
      outOf: '',
      label: 'findings',
      gloss: all.length === findings.length ? 'against the contract' : `and ${all.length - findings.length} accepted`,
      tone: noneOf(findings.length),
    },
    ...(looked ? ofBuilt : []),
    { ...allOf(shut, fail_closed.length), label: 'closed', gloss: 'tenant probes that reached no other tenant' },
  ]);
}

function allOf(n: number, of: number): { n: number; outOf: string; tone: Tone } {
  return { n, outOf: `/${of}`, tone: of === 0 ? 'quiet' : n === of ? 'good' : 'bad' };
}

function isolation(kind: Evidence['run']['isolation']): string {
  return {
    'cluster-per-phase': 'one cluster per phase',
    'shared-cluster': 'one cluster shared by both phases',
    'one-database': 'one database, which was there',
  }[kind];
}

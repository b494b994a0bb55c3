import type { MutationReport } from '../mutation-report.ts';
import { suiteCoverage } from '../suite-coverage.ts';
import type { Tone } from '../../report/badge.ts';
import { noneOf, tiles, type Count } from '../../report/count.ts';
import { code, commit, date, plain, type LabelledFact } from '../../report/labelled-fact.ts';
import { duration } from '../../common/text.ts';
import { scoreTone } from './banner.ts';

/** The counts under the banner: the score first, coloured by its thresholds. */
export function mutationCounts(report: MutationReport): Count[] {
  const { score, thresholds, unused_grants } = report;
  const survived: Tone = score.survived === 0 ? 'quiet' : scoreTone(report) === 'good' ? 'warn' : 'bad';
  const { killNothing, partial } = suiteCoverage(report);
  return tiles([
    ...(score.percent === null
      ? []
      : [
          {
            n: score.percent,
            outOf: ' %',
            label: 'score',
            gloss: `good from ${thresholds.high}\u00a0%, bad below ${thresholds.low}\u00a0%`,
            tone: scoreTone(report),
          },
        ]),
    {
      n: score.survived,
      outOf: `/${score.killed + score.survived}`,
      label: 'survived',
      gloss: 'noticed by nothing',
      tone: survived,
    },
    {
      n: score.killed,
      outOf: '',
      label: 'killed',
      gloss: 'noticed by a named assertion or finding',
      tone: score.killed > 0 ? 'good' : 'quiet',
    },
    {
      n: score.accepted,
      outOf: '',
      label: 'accepted',
      gloss: 'survivors, with a reason',
      tone: score.accepted > 0 ? 'warn' : 'quiet',
    },
    { n: score.equivalent, outOf: '', label: 'equivalent', gloss: 'changed nothing', tone: 'quiet' },
    { n: score.invalid, outOf: '', label: 'invalid', gloss: 'could not be made', tone: noneOf(score.invalid) },
    {
      n: killNothing.length,
      outOf: `/${score.suites.length}`,
      label: partial ? 'silent' : 'blind',
      gloss: 'suites that noticed nothing',
      tone: killNothing.length === 0 || partial ? 'quiet' : 'warn',
    },
    {
      n: unused_grants.length,
      outOf: '',
      label: 'unused',
      gloss: 'grants nobody missed',
      tone: unused_grants.length === 0 ? 'quiet' : 'warn',
    },
  ]);
}

/** What was tried, on what, and how fast. */
export function runFacts({ run, mutants, schema_version }: MutationReport): LabelledFact[] {
  return [
    plain('Server', `PostgreSQL ${run.server_version}`),
    plain('Topology', run.topology),
    plain(
      'Mutants',
      `${mutants.length}${run.only === null ? '' : `, only ${run.only}`}${run.changed ? ', only of what baseline and head differ in' : ''}${run.shard === null ? '' : `, part ${run.shard.index} of ${run.shard.of}`}`,
    ),
    plain('Heads broken at once', String(run.jobs)),
    plain('Date', date(run.started_at)),
    plain('Took', `${duration(run.duration_ms)}${rate(mutants.length, run.duration_ms)}`),
    code('Contract', `${run.contract_file} (${run.contract})`),
    code('Contract sha256', run.contract_sha256),
    code('Inputs sha256', run.inputs_sha256),
    code('Privileges at head sha256', run.fingerprint),
    code('Commit', commit(run)),
    plain('Tool', `rolecall ${run.tool_version}`),
    plain('Schema of mutation.json', `version ${schema_version}`),
  ];
}

function rate(mutants: number, ms: number): string {
  return mutants === 0 || ms === 0
    ? ''
    : `, ${((1000 * mutants) / ms).toFixed(1)} mutants a second with all that was built for them`;
}

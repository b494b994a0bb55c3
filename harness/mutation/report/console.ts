import pc from 'picocolors';

import { gradeOf } from '../grade.ts';
import { staleSentence, type MutationReport } from '../mutation-report.ts';
import { suiteCoverage } from '../suite-coverage.ts';
import type { MutantResult } from '../mutant-result.ts';
import { witnessTitle } from '../witness-titles.ts';
import { statusWord } from '../../report/status-word.ts';

type Paint = ReturnType<typeof pc.createColors>;

/** How many mutants share a line, if lines are not rewritten. */
const every = 25;
/** How many survivors are shown. The report has the rest. */
const shown = 20;

/** Called while mutants are tried. */
export interface MutationProgress {
  onStep(step: string, milliseconds: number): void;
  onMutant(tried: MutantResult, done: number, of: number): void;
}

/**
 * Writes progress with `write`: on a terminal one line that is rewritten, otherwise a line now and then. A survivor gets a line
 * of its own at once.
 */
export function mutationProgress(write: (text: string) => void, colours: boolean, terminal: boolean): MutationProgress {
  const paint = pc.createColors(colours);
  return {
    onStep: (step, milliseconds) => write(`${label('head', paint)} ${step} ${paint.dim(`${milliseconds} ms`)}\n`),
    onMutant: (tried, done, of) => write(progressText(tried, done, of, { terminal, paint })),
  };
}

/** The text for a mutant that was tried as number `done` of `of`; '' for no text. */
export function progressText(
  tried: Pick<MutantResult, 'id' | 'status' | 'description' | 'notes'>,
  done: number,
  of: number,
  { terminal, paint }: { terminal: boolean; paint: Paint },
): string {
  const count = `${label('mutants', paint)} ${String(done).padStart(String(of).length)} of ${of}`;
  const news = newsOf(tried, paint);
  const line = news === undefined ? '' : `${label('mutants', paint)} ${news}\n`;
  if (terminal) {
    return `\r\u001b[2K${line}${count}${done === of ? '\n' : ''}`;
  }
  return `${line}${done % every === 0 || done === of ? `${count}\n` : ''}`;
}

function newsOf(
  { id, status, description, notes }: Pick<MutantResult, 'id' | 'status' | 'description' | 'notes'>,
  paint: Paint,
): string | undefined {
  switch (status) {
    case 'survived':
      return `${paint.red('✗')} survived ${id} ${paint.dim(description)}`;
    case 'invalid':
      return `${paint.yellow('?')} could not be made ${id} ${paint.dim(notes.join('; '))}`;
    case 'killed':
    case 'equivalent':
      return undefined;
  }
}

function label(word: string, paint: Paint): string {
  return paint.dim(word.padEnd(8));
}

/**
 * A mutation run in words: the score by witness, the survivors, blind suites, the verdict, and where the report or the part is.
 */
export function mutationSummary(report: MutationReport, written: string, colours: boolean): string {
  const paint = pc.createColors(colours);
  const { mutants, unused_grants, stale_acceptances, run, score } = report;
  const survived = mutants.filter(({ status }) => status === 'survived');
  const lines = [
    '',
    ...(mutants.length === 0 ? [] : [...scoreLines(report, paint), '']),
    ...limited(
      survived.filter(({ accepted }) => accepted === undefined),
      'survived',
      (one) =>
        entry(paint.red('survived'), 8, `${paint.bold(one.id)} ${paint.red(one.description)}`, ...replayLines(one)),
    ),
    ...limited(
      survived.filter(({ accepted }) => accepted !== undefined),
      'accepted',
      ({ id, accepted }) =>
        entry(paint.dim('accepted'), 8, `${id} ${paint.dim(`until ${accepted!.until}: ${accepted!.reason}`)}`),
    ),
    ...stale_acceptances.flatMap((acceptance) => entry(paint.yellow('stale'), 5, staleSentence(acceptance))),
    ...suiteLines(report, paint),
    ...limited(unused_grants, 'unused', ({ description, sql }) =>
      entry(paint.yellow('unused'), 6, `${description} No suite and no declared need missed it.`, `→ ${sql}`),
    ),
    ...(score.equivalent === 0
      ? []
      : entry(
          'equivalent',
          10,
          `${score.equivalent} ${score.equivalent === 1 ? 'mutant' : 'mutants'} changed nothing`,
        )),
    ...unproven(report, paint),
    ...entry(
      run.shard === null ? 'report' : 'part',
      run.shard === null ? 6 : 4,
      run.shard === null
        ? `${written}/report.html`
        : `${written} ${paint.dim(`${run.shard.index} of ${run.shard.of}, for rolecall merge`)}`,
    ),
    '',
    `${statusWord(report.verdict.status, paint)} ${sentence(report)} ${paint.dim(`PostgreSQL ${run.server_version.split(' ')[0]!}, ${(run.duration_ms / 1000).toFixed(1)} s`)}`,
    '',
  ];
  return lines.join('\n');
}

/** A label, its text, and lines of SQL below. `width` is the width of the label without its colour. */
function entry(name: string, width: number, text: string, ...beneath: string[]): string[] {
  return [
    `${name}${' '.repeat(14 - width)}${text.replaceAll('\n', '\n              ')}`,
    ...beneath.map((line) => `              ${line.replaceAll('\n', '\n                ')}`),
  ];
}

/** SQL that leaves nothing behind when it is pasted, or says how to undo what it commits. */
function replayLines({ sql, isolation, undo }: MutantResult): string[] {
  return isolation === 'transaction'
    ? [`→ begin; ${sql} rollback;`]
    : [`→ ${sql}`, ...(undo === undefined ? [] : [`undo: ${undo}`])];
}

function limited<T>(items: readonly T[], word: string, lines: (item: T) => string[]): string[] {
  const more = items.length - shown;
  return [
    ...items.slice(0, shown).flatMap(lines),
    ...(more > 0 ? entry(word, word.length, `and ${more} more, in the report`) : []),
  ];
}

function scoreLines({ score, thresholds }: MutationReport, paint: Paint): string[] {
  const rows = [
    ...score.witnesses.map(({ witness, ...its }) => ({
      title: witnessTitle(witness),
      ...its,
      alone: String(its.alone),
    })),
    { title: 'All together', killed: score.killed, percent: score.percent, alone: '' },
  ];
  const width = Math.max(...rows.map(({ title }) => title.length));
  const grade = gradeOf(score.percent, thresholds);
  const tone = grade === 'good' ? paint.green : grade === 'bad' ? paint.red : grade === null ? paint.dim : paint.yellow;
  return [
    paint.dim(`${'score'.padEnd(14)}${'witness'.padEnd(width)}  noticed  only by it    score`),
    ...rows.map(({ title, killed, alone, percent }, place) => {
      const line = `${''.padEnd(14)}${title.padEnd(width)}  ${String(killed).padStart(7)}  ${alone.padStart(10)}  ${(percent === null ? '–' : `${percent} %`).padStart(7)}`;
      return place === rows.length - 1 ? tone(line) : line;
    }),
  ];
}

/** Suites that noticed nothing, or only revocations, and suites that did not notice their own control. */
function suiteLines(report: MutationReport, paint: Paint): string[] {
  const { killNothing, killOnlyRevocations, partial } = suiteCoverage(report);
  const tried = `${report.mutants.length} ${report.mutants.length === 1 ? 'mutant' : 'mutants'}`;
  // A run of some mutants cannot show that a suite is blind.
  const silent =
    partial && killNothing.length > 0
      ? entry(
          paint.dim('silent'),
          6,
          `${killNothing.length} of ${report.score.suites.length} suites noticed none of the ${tried} that were tried, which are not all`,
        )
      : [];
  return [
    ...(partial
      ? silent
      : killNothing.flatMap((suite) =>
          entry(paint.yellow('blind'), 5, `${paint.bold(suite)} noticed none of the ${tried} that were tried`),
        )),
    ...(partial
      ? []
      : killOnlyRevocations.flatMap((suite) =>
          entry(
            paint.yellow('half-blind'),
            10,
            `${paint.bold(suite)} only asserts what is granted: it noticed nothing that was opened`,
          ),
        )),
    ...report.controls
      .filter(({ noticed }) => !noticed)
      .flatMap(({ suite, reason }) =>
        entry(
          paint.red('control'),
          7,
          `${paint.bold(suite)} did not notice its own damage: ${reason ?? 'no assertion turned red'}`,
        ),
      ),
  ];
}

/** Why nothing is proven: mutants that could not be made, or an undamaged head that is not green. */
function unproven({ verdict, green, mutants }: MutationReport, paint: Paint): string[] {
  const failed = mutants.filter(({ status }) => status === 'invalid');
  const reasons =
    green.status !== 'pass' || mutants.length === 0
      ? verdict.reasons.map((reason) => ({ text: reason }))
      : failed.map(({ id, notes }) => ({ text: `${id} could not be made: ${notes.join('; ')}` }));
  return limited(reasons, 'unproven', ({ text }) => entry(paint.yellow('unproven'), 8, text));
}

function sentence({ verdict, green, score, thresholds, controls, run }: MutationReport): string {
  if (green.status !== 'pass') {
    return 'the unbroken head is not green, so no mutant was tried.';
  }
  if (score.mutants === 0 && run.changed) {
    return 'nothing that a mutant could break differs between baseline and head.';
  }
  if (score.percent === null) {
    return 'no mutant counts, so nothing is shown to be noticed.';
  }
  const counts = `${score.survived} of ${score.killed + score.survived} mutants survived, ${score.percent} % noticed`;
  const asleep = controls.filter(({ noticed }) => !noticed).length;
  const demanded = score.percent < thresholds.break ? `, ${thresholds.break} % demanded` : '';
  const unnoticed =
    asleep === 0
      ? ''
      : `; ${asleep} ${asleep === 1 ? 'suite does not notice its' : 'suites do not notice their'} own damage`;
  return verdict.status === 'inconclusive'
    ? `${counts}, but something proves nothing.`
    : `${counts}${demanded}${unnoticed}.`;
}

import { indexBy } from '../../common/index-by.ts';
import { byCodeUnit } from '../../common/order.ts';
import type { PhaseEvidence } from '../phase-evidence.ts';
import { whoIs, type Attempt, type CatalogAnswer, type Probe } from '../../attempts/attempt.ts';
import { endingOf } from '../../attempts/outcome.ts';
import { alikeOf, alikeParts, type Alike } from '../../report/alike.ts';
import { badge, type Badge } from '../../report/badge.ts';
import { byCommand, byContext } from '../../report/orders.ts';
import { counted, grouped, outcomeWords } from '../../common/text.ts';

/** The statements of one identity on one object, shown once for all pairs with the same results. */
export interface AttemptGroup {
  places: Alike;
  tally: string;
  attempts: AttemptView[];
}

/** A statement, with all contexts in which it had the same result. */
export interface AttemptView {
  access: string;
  contexts: string;
  sql: string;
  baseline: ReplyView;
  head: ReplyView;
}

export interface ReplyView {
  outcome: Badge;
  sqlstate: string | null;
  message: string | null;
  control: ControlReply | null;
}

/** The same statement where it should work, with the message if it did not. */
export interface ControlReply {
  badge: Badge;
  message: string | null;
}

/** The catalog's answers for one identity and object, and for all pairs with the same answers. */
export interface CatalogView {
  places: Alike;
  /** Each access, for example `SELECT`, with its answers. */
  answers: { access: string; baseline: string; head: string }[];
}

type Phases = Record<'baseline' | 'head', PhaseEvidence>;

/** The live attempts by identity and object, baseline beside head. One pair stands for all with the same results. */
export function attemptGroups(phases: Phases): AttemptGroup[] {
  const pairs = paired(phases, (probe): probe is Attempt => probe.kind === 'attempt');
  const tried = grouped(pairs, ({ any }) => JSON.stringify([any.identity, any.session, any.object])).map(
    ({ items }) => ({
      identity: whoIs(items[0]!.any),
      object: items[0]!.any.object,
      pairs: items,
    }),
  );
  return alikeParts(tried, (part) => JSON.stringify(part.pairs.map(answerOf))).map((alike) => ({
    places: alikeOf(alike),
    tally: tally(alike[0].pairs.map(({ head }) => head)),
    attempts: byStatement(alike[0].pairs),
  }));
}

// What distinguishes one pair from another: how each statement ended, not the number of rows.
function answerOf({ any, baseline, head }: Pair<Attempt>): unknown[] {
  const ended = (attempt: Attempt | undefined) =>
    attempt === undefined
      ? null
      : [
          attempt.outcome,
          attempt.sqlstate,
          attempt.message,
          attempt.rows > 0,
          attempt.foreign_rows,
          attempt.control === null
            ? null
            : [attempt.control.as, attempt.control.outcome, attempt.control.rows > 0, attempt.control.message],
        ];
  return [any.command, any.context, ended(baseline), ended(head)];
}

function byStatement(pairs: readonly Pair<Attempt>[]): AttemptView[] {
  const views = pairs
    .toSorted((a, b) => byCommand(a.any.command, b.any.command) || byContext(a.any.context, b.any.context))
    .map(({ any, baseline, head }) => ({
      context: any.context,
      view: { access: any.command, sql: any.sql, baseline: reply(baseline), head: reply(head) },
    }));
  const alike = indexBy(views, ({ view }) => [JSON.stringify(view)]);
  return [...alike.values()].map((same) => ({
    ...same[0]!.view,
    contexts: same.map(({ context }) => context).join(', '),
  }));
}

/** The catalog's answers, baseline beside head. Pairs with the same answers are shown once. */
export function catalogViews(phases: Phases): CatalogView[] {
  const pairs = paired(phases, (probe): probe is CatalogAnswer => probe.kind === 'catalog');
  const asked = grouped(pairs, ({ any }) => JSON.stringify([any.identity, any.object])).map(({ items }) => ({
    identity: items[0]!.any.identity,
    object: items[0]!.any.object,
    answers: items.map(({ any, baseline, head }) => ({
      access: any.access,
      baseline: answer(baseline),
      head: answer(head),
    })),
  }));
  return alikeParts(asked, ({ answers }) => JSON.stringify(answers)).map((alike) => ({
    places: alikeOf(alike),
    answers: alike[0].answers,
  }));
}

interface Pair<T> {
  /** The probe of head, or of baseline if head has none. */
  any: T;
  baseline: T | undefined;
  head: T | undefined;
}

// The probes of one kind, matched by key, in the order of the keys.
function paired<T extends Probe>(phases: Phases, isKind: (probe: Probe) => probe is T): Pair<T>[] {
  const of = (phase: PhaseEvidence) => new Map(phase.probes.filter(isKind).map((probe) => [probe.key, probe]));
  const [baseline, head] = [of(phases.baseline), of(phases.head)];
  return [...new Set([...baseline.keys(), ...head.keys()])]
    .sort(byCodeUnit)
    .map((key) => ({ any: (head.get(key) ?? baseline.get(key))!, baseline: baseline.get(key), head: head.get(key) }));
}

function reply(attempt: Attempt | undefined): ReplyView {
  if (attempt === undefined) {
    return { outcome: badge('quiet', 'not tried'), sqlstate: null, message: null, control: null };
  }
  return {
    outcome: outcomeBadge(attempt),
    sqlstate: attempt.sqlstate,
    message: attempt.message,
    control: controlReply(attempt),
  };
}

// The badge of an outcome. Another tenant's row is always bad and an error never good; the contract decides the rest.
function outcomeBadge({ outcome, rows, foreign_rows }: Attempt): Badge {
  if (foreign_rows > 0) {
    return badge('bad', `${outcomeWords(outcome)}, ${counted(rows, 'row')}, ${foreign_rows} of another tenant`);
  }
  const { kind } = endingOf({ outcome, rows });
  if (kind === 'error' || kind === 'broken-off') {
    return badge('warn', 'error');
  }
  return kind === 'allowed'
    ? { tone: 'quiet', mark: '→', word: `allowed, ${counted(rows, 'row')}` }
    : { tone: 'quiet', mark: '⊘', word: outcomeWords(outcome) };
}

function controlReply({ outcome, control }: Attempt): ControlReply | null {
  if (control === null) {
    return endingOf({ outcome, rows: 0 }).kind === 'allowed'
      ? null
      : { badge: badge('warn', 'no positive control'), message: null };
  }
  const ending = endingOf(control);
  const works = ending.kind === 'allowed' ? control.rows > 0 : ending.kind === 'stopped';
  const seen = ending.kind === 'allowed' ? counted(control.rows, 'row') : outcomeWords(control.outcome);
  return { badge: badge(works ? 'good' : 'bad', `${control.as}: ${seen}`), message: control.message };
}

function answer(probe: CatalogAnswer | undefined): string {
  return probe === undefined ? 'not asked' : String(probe.answer);
}

function tally(heads: (Attempt | undefined)[]): string {
  const seen = heads.filter((head) => head !== undefined);
  const parts = grouped(seen, (head) => outcomeWords(head.outcome)).map(({ key, items }) => `${items.length} ${key}`);
  return `${counted(seen.length, 'statement')} at head${parts.length > 0 ? `: ${parts.join(', ')}` : ''}`;
}

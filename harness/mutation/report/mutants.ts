import type { KilledBy, MutantResult } from '../mutant-result.ts';
import { badge, type Badge } from '../../report/badge.ts';
import { quoted } from '../../report/commands-again.ts';
import { counted, grouped } from '../../common/text.ts';

/** A mutant that nothing noticed, with the SQL that repeats the damage. */
export interface SurvivorView {
  id: string;
  description: string;
  object: string;
  identity: string;
  sql: string;
  /** SQL that undoes what the replay commits; '' if the end of the transaction does. */
  undo: string;
  /** Suites that broke off. */
  notes: string[];
  /** Why it may survive, and until when; '' if it may not. */
  reason: string;
  until: string;
  /** The command that tries only this mutant. */
  again: string;
}

/** The survivors in the order of the report. */
export function survivorViews(survivors: readonly MutantResult[]): SurvivorView[] {
  return survivors.map(({ id, description, object, identity, sql, undo, isolation, notes, accepted }) => ({
    id,
    description,
    object,
    identity,
    sql: isolation === 'transaction' ? `begin;\n${sql}\n-- look around, then:\nrollback;` : sql,
    undo: undo ?? '',
    notes,
    reason: accepted?.reason ?? '',
    until: accepted?.until ?? '',
    again: `npx rolecall mutate --only ${quoted(id)}`,
  }));
}

/** A mutant that proves nothing: it changed nothing, or could not be made. */
export interface TroubleView {
  id: string;
  description: string;
  status: Badge;
  notes: string[];
  sql: string;
}

/** The mutants that could not be made, then those that changed nothing. */
export function troubleViews(mutants: readonly MutantResult[]): TroubleView[] {
  return (['invalid', 'equivalent'] as const).flatMap((status) =>
    mutants
      .filter((one) => one.status === status)
      .map(({ id, description, notes, sql }) => ({
        id,
        description,
        status: statusBadges[status],
        notes: status === 'equivalent' ? ['It changed nothing: there was nothing to notice.'] : notes,
        sql,
      })),
  );
}

/** All mutants of one operator. */
export interface MutantGroup {
  operator: string;
  tally: string;
  mutants: { id: string; description: string; status: Badge; noticed: NoticedView[] }[];
}

/** What noticed a mutant: the first few names, and the number of the others. */
export interface NoticedView {
  witness: string;
  names: string;
  more: number;
}

/** Every mutant, by operator. */
export function mutantGroups(mutants: readonly MutantResult[]): MutantGroup[] {
  return grouped(mutants, ({ operator }) => operator).map(({ key, items }) => ({
    operator: key,
    tally: tally(items),
    mutants: items.map((one) => ({
      id: one.id,
      description: one.description,
      status: one.accepted === undefined ? statusBadges[one.status] : badge('warn', 'accepted'),
      noticed: noticedViews(one.killed_by),
    })),
  }));
}

const statusBadges: Record<MutantResult['status'], Badge> = {
  killed: badge('good', 'killed'),
  survived: badge('bad', 'survived'),
  equivalent: badge('quiet', 'equivalent'),
  invalid: badge('bad', 'invalid'),
};

function tally(mutants: readonly MutantResult[]): string {
  const parts = (['killed', 'survived', 'equivalent', 'invalid'] as const)
    .map((status) => ({ word: statusBadges[status].word, n: mutants.filter((one) => one.status === status).length }))
    .filter(({ n }) => n > 0)
    .map(({ word, n }) => `${n} ${word}`);
  return `${counted(mutants.length, 'mutant')}: ${parts.join(', ')}`;
}

const shownNames = 3;

/** Suites by name, findings by code. mutation.json has the full texts. */
function noticedViews({ pgtap, attempt, catalog }: KilledBy): NoticedView[] {
  const views = [
    noticedView(
      'pgTAP',
      pgtap.map(({ suite }) => suite),
    ),
    noticedView(
      'attempts',
      attempt.map(({ code }) => code),
    ),
    noticedView(
      'catalog',
      catalog.map(({ code }) => code),
    ),
  ];
  return views.filter(({ names }) => names !== '');
}

function noticedView(witness: string, said: readonly string[]): NoticedView {
  const groups = grouped(said, (name) => name);
  const names = groups
    .slice(0, shownNames)
    .map(({ key, items }) => (items.length === 1 ? key : `${key} ×${items.length}`));
  return { witness, names: names.join(', '), more: Math.max(0, groups.length - shownNames) };
}

import { classes, type Orphan, type ReviewOrigin, type ReviewRow, type RowClass, type TruthFigure } from './review.ts';
import { controls, type Control } from './controls.ts';
import type { Settled } from './decisions.ts';

/** What each class means, in a sentence. */
export const classWords: Record<RowClass, string> = {
  'revoke due': 'It was decided to revoke it, and it is still held.',
  orphan: 'Held by a role that no identity or need of the contract accounts for.',
  unused: 'Held, and no declared need and no suite rests on it.',
  needed: 'A need that the contract declares, or a suite, rests on it.',
  supporting: 'A need cannot do without it: a schema, a connection, what a definer function reads.',
  owner: 'Comes with owning the object.',
  power: 'An attribute of a role: SUPERUSER, BYPASSRLS, CREATEROLE, CREATEDB, REPLICATION.',
  everybody: 'Held only because every role has it (PUBLIC).',
};

/** A whole review, ready to be rendered. */
export interface Review {
  origin: ReviewOrigin;
  figures: [name: string, count: number][];
  rows: ReviewRow[];
  orphans: Orphan[];
  truth: TruthFigure[];
  /** Decisions whose row no longer exists. */
  settled: Settled[];
  controls: (Control & { figures: string })[];
}

/** The review with its numbers, each counted from the rows. */
export function reviewOf(
  origin: ReviewOrigin,
  { rows, orphans, settled }: { rows: ReviewRow[]; orphans: Orphan[]; settled: Settled[] },
  truth: readonly TruthFigure[],
): Review {
  const met = (expected: boolean) => truth.filter((row) => row.expected === expected && row.allowed === expected);
  const of = (expected: boolean) => truth.filter((row) => row.expected === expected);
  const figures: [string, number][] = [
    ['all rows', rows.length],
    ...classes.map((one): [string, number] => [
      one === 'orphan' ? 'orphan rows' : one,
      rows.filter((row) => row.class === one).length,
    ]),
    ['orphan roles', orphans.length],
    ['proven by an attempt', rows.filter(({ proven }) => proven === 'attempt').length],
    ['proven by a suite alone', rows.filter(({ proven }) => proven === 'suite').length],
    ['only read from the catalog', rows.filter(({ proven }) => proven === 'read').length],
    ['new since the last review', rows.filter(({ changed }) => changed === 'new').length],
    ['due again', rows.filter(({ decision }) => decision.startsWith('due again')).length],
    ['needs', of(true).length],
    ['needs met', met(true).length],
    ['denials', of(false).length],
    ['denials met', met(false).length],
  ];
  const counts = new Map(figures);
  return {
    origin,
    figures,
    rows,
    orphans,
    truth: [...truth],
    settled,
    controls: controls().map((one) => ({
      ...one,
      figures: one.speaks.map((name) => `${name}: ${String(counts.get(name) ?? 'unknown')}`).join(', '),
    })),
  };
}

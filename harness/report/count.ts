import { badge, type Tone } from './badge.ts';

/** A number that a reviewer looks for first. */
export interface Count {
  n: number;
  /** `/12`, or '' without a total. */
  outOf: string;
  label: string;
  gloss: string;
  tone: Tone;
  mark: string;
  /** Whether a reviewer must not overlook it. */
  alarm: boolean;
}

/** Counts with the mark of their tone. */
export function tiles(counts: readonly Omit<Count, 'mark' | 'alarm'>[]): Count[] {
  return counts.map((count) => ({ ...count, mark: badge(count.tone, '').mark, alarm: count.tone === 'bad' }));
}

/** The tone of a number that should be 0. */
export function noneOf(n: number): Tone {
  return n === 0 ? 'quiet' : 'bad';
}

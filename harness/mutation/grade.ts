import type { Thresholds } from './verdict.ts';

export type Grade = 'good' | 'middling' | 'bad';

/** The grade of a score: `good` from `high` on, `bad` below `low`, otherwise `middling`; null without a score. */
export function gradeOf(percent: number | null, { high, low }: Thresholds): Grade | null {
  return percent === null ? null : percent >= high ? 'good' : percent < low ? 'bad' : 'middling';
}

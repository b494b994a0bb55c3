import type { Thresholds } from './verdict.ts';

export type Grade = 'good' | 'middling' | 'bad';

/** How a score reads: `good` from `high` on, `bad` below `low`, else `middling`; null where there is no score. */
export function gradeOf(percent: number | null, { high, low }: Thresholds): Grade | null {
  return percent === null ? null : percent >= high ? 'good' : percent < low ? 'bad' : 'middling';
}

import { pathTitles, type BuildPath } from './judge.ts';
import { badge, type Badge } from '../../report/badge.ts';

/** One way to build a phase, and where it led. */
export interface PathView {
  title: string;
  phase: string;
  result: Badge;
  /** First digits of the fingerprint it reached; the error where it broke off. */
  reached: string;
  differing: number;
}

/** The ways, in the order they were gone. */
export function pathViews(paths: readonly BuildPath[]): PathView[] {
  return paths.map(({ path, phase, same, fingerprint, added, removed, error }) => ({
    title: pathTitles[path],
    phase,
    result: same ? badge('good', 'same state') : badge('bad', error === null ? 'another state' : 'broke off'),
    reached: fingerprint?.slice(0, 16) ?? error ?? '',
    differing: added.length + removed.length,
  }));
}

/** Whether nobody went from head back to baseline: there is no way down, or roles are in use by others. */
export function isWayBackUntried(paths: readonly BuildPath[]): boolean {
  return paths.length > 0 && !paths.some(({ path }) => path === 'taken-down');
}

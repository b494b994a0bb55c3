import type { OtherOwner } from '../../catalog/but-for-owners.ts';
import { badge, type Badge } from '../../report/badge.ts';
import { differWords, pathTitles, type BuildPath } from './judge.ts';

/** One build path of a phase, and where it led. */
export interface PathView {
  title: string;
  phase: string;
  result: Badge;
  /** The first digits of the fingerprint that it reached; the error if it broke off. */
  reached: string;
  /** `2 facts differ`; empty if none does. */
  differing: string;
}

/** What another role owns or grants if the migrator builds: `7 objects: table public.a, …`. */
export interface OwnersView {
  what: string;
  expected: string;
  reached: string;
  total: number;
  objects: string[];
  more: number;
}

/** Who built in place of the superuser, and whose the objects are therefore. */
export interface MigratorView {
  migrator: string;
  platform: string;
  reached: boolean;
  owners: OwnersView[];
}

/** The build paths, in the order in which they were tried. */
export function pathViews(paths: readonly BuildPath[]): PathView[] {
  return paths.map(({ path, phase, same, fingerprint, added, removed, error }) => ({
    title: pathTitles[path],
    phase,
    result: same ? badge('good', 'same state') : badge('bad', error === null ? 'another state' : 'broke off'),
    reached: fingerprint?.slice(0, 16) ?? error ?? '',
    differing: differWords(added.length + removed.length),
  }));
}

/** Whether nobody migrated from head back to baseline: there is no way down, or other databases use the roles. */
export function isWayBackUntried(paths: readonly BuildPath[]): boolean {
  return paths.length > 0 && !paths.some(({ path }) => path === 'taken-down');
}

/** How many objects are named; the pack has all. */
const mostNamed = 12;

/** The builds by a role other than the superuser. */
export function migratorViews(paths: readonly BuildPath[]): MigratorView[] {
  return paths.flatMap(({ migrator, platform = '', owners = [], error }) =>
    migrator === undefined ? [] : [{ migrator, platform, reached: error === null, owners: owners.map(ownersView) }],
  );
}

function ownersView({ what, expected, reached, objects }: OtherOwner): OwnersView {
  return {
    what: what === 'owner' ? 'owns' : 'grants',
    expected,
    reached,
    total: objects.length,
    objects: objects.slice(0, mostNamed),
    more: Math.max(0, objects.length - mostNamed),
  };
}

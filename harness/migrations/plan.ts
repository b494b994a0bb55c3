import path from 'node:path';

import { slashed } from '../common/slashes.ts';
import { RolecallError } from '../common/errors.ts';
import { byCodeUnit } from '../common/order.ts';
import type { LayoutName } from '../contract/layouts.ts';
import { booksOf } from './books.ts';
import { layoutOf, recognised } from './layouts/index.ts';
import { readStandIn, type StandIn } from './stand-ins.ts';
import type { Migration, Part, Steps } from './layouts/layout.ts';
import { listingOf } from './layouts/listing.ts';

/** What is run from a folder of migrations, and how it was read. */
export interface Plan extends Required<Steps> {
  /** SQL that makes the tool's own tables, if migrations mention them. */
  books: Part | undefined;
  /** SQL that replaces extensions, run before everything else. */
  standIns: readonly StandIn[];
  folder: string;
  layout: LayoutName;
  /** Whether the layout was recognised rather than named. */
  recognised: boolean;
}

/**
 * Reads a folder of migrations, or a single file, in the named layout, otherwise in the recognised one. Stand-ins are files by
 * extension.
 */
export function readPlan(place: string, named?: LayoutName, standIns: Readonly<Record<string, string>> = {}): Plan {
  const listing = listingOf(place);
  const layout = named === undefined ? recognised(listing) : layoutOf(named);
  const steps = layout.read(listing);
  const plan = {
    first: [],
    before: [],
    after: [],
    variables: {},
    placeholders: {},
    needs: [],
    unused: [],
    marks: [],
    ...steps,
    folder: listing.folder,
    layout: layout.name,
    recognised: named === undefined,
  };
  return {
    ...plan,
    unused: [...plan.unused, ...otherFiles(listing.names, plan)],
    books: booksOf(layout.name, partsOf(plan)),
    standIns: Object.entries(standIns).map(([extension, file]) => readStandIn(extension, file)),
  };
}

/** Other files of a folder, such as an archive in it. Around sqitch's plan and beside a dump is the rest of a project. */
function otherFiles(names: readonly string[], plan: Omit<Plan, 'books' | 'standIns'>): Plan['unused'] {
  if (plan.layout === 'sqitch' || plan.layout === 'pg-dump') {
    return [];
  }
  const known = new Set([...partsOf(plan), ...plan.unused].map(({ file }) => file));
  return names
    .filter((name) => name.endsWith('.sql') && !known.has(name) && !plan.marks.includes(name))
    .map((file) => ({ file, why: `not of the layout ${plan.layout}` }));
}

/** The index of a revision in the plan, by its own name or another name of its tool. */
export function placeOf({ folder, migrations }: Pick<Plan, 'folder' | 'migrations'>, revision: string): number {
  const exact = migrations.findIndex((migration) => migration.revision === revision);
  if (exact !== -1) {
    return exact;
  }
  const others = migrations.flatMap((migration, at) => (isAlso(migration, revision) ? [at] : []));
  if (others.length === 1) {
    return others[0]!;
  }
  const known = migrations.map((migration) => migration.revision);
  const shown = known.length > 30 ? [...known.slice(0, 5), '…', ...known.slice(-20)] : known;
  throw new RolecallError('bad-contract', {
    message:
      others.length > 1
        ? `${others.length} migrations in ${folder} are called ${revision}: ${others.map((at) => known[at]!).join(', ')}`
        : `there is no migration of revision ${revision} in ${folder}: ${shown.join(', ') || 'it holds none'}`,
    next: 'Name a revision that exists under `revisions` in the contract.',
  });
}

function isAlso({ aliases = [], file }: Migration, name: string): boolean {
  return aliases.includes(name) || file === name || path.posix.basename(file, '.sql') === name;
}

/** Every part of a plan, in the order in which they could run. */
export function partsOf({
  first,
  before,
  migrations,
  after,
}: Pick<Plan, 'first' | 'before' | 'migrations' | 'after'>): Part[] {
  return [...first, ...before, ...migrations.flatMap(({ up, down = [] }) => [...up, ...down]), ...after];
}

/** The paths of all files of a plan, each once. */
export function filesOf(plan: Plan): string[] {
  const names = [...partsOf(plan).map(({ file }) => file), ...plan.marks];
  const files = [...new Set(names)].map((name) => slashed(path.join(plan.folder, name)));
  return [...files, ...plan.standIns.map(({ file }) => file)].toSorted(byCodeUnit);
}

/**
 * The migrations of a plan that are newer than `revision`, by the names of their files; empty if the plan does not contain it.
 */
export function filesAfter(plan: Plan, revision: string): string[] {
  const at = plan.migrations.some((migration) => migration.revision === revision || isAlso(migration, revision))
    ? placeOf(plan, revision)
    : Infinity;
  return [...new Set(plan.migrations.slice(at + 1).map(({ file }) => file))];
}

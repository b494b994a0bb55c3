import { bookkeeping } from '../contract/layouts.ts';
import type { Plan } from './plan.ts';

/** How a folder of migrations was read and built. */
export interface MigrationsRead {
  /** The tool whose layout it has. */
  layout: string;
  /** Whether the layout was recognised by its shape rather than named by the contract. */
  recognised: boolean;
  /** The role that migrated by a login of its own; absent for the superuser. */
  as?: string;
  /** Stand-ins for extensions that the server does not have; absent if there were none. */
  stand_ins?: { extension: string; file: string }[];
  /** The tool's own tables and schemas, which are not judged; absent if it has none. */
  left_out?: string[];
  /** Set if they were made before the first migration, because migrations mention them. */
  left_out_made?: true;
  /** Files that look like migrations and never run, and why; absent if there are none. */
  never_run?: { file: string; why: string }[];
}

/** What the pack says about a plan. */
export function readingOf(
  { layout, recognised, unused, books, standIns }: Plan,
  { as }: { as?: string | undefined },
): MigrationsRead {
  const { tables, schemas } = bookkeeping[layout];
  const names = [...new Set([...tables, ...schemas])];
  return {
    layout,
    recognised,
    ...(as === undefined ? {} : { as }),
    ...(standIns.length === 0 ? {} : { stand_ins: standIns.map(({ extension, file }) => ({ extension, file })) }),
    ...(names.length === 0 ? {} : { left_out: names }),
    ...(books === undefined ? {} : { left_out_made: true }),
    ...(unused.length === 0 ? {} : { never_run: [...unused] }),
  };
}

/** How many files a line names. The pack has all. */
const mostNamed = 20;

/** The same in lines, for people. */
export function linesOfReading(read: MigrationsRead): string[] {
  const {
    layout,
    recognised,
    as,
    stand_ins: standIns = [],
    left_out: books = [],
    left_out_made: isMade,
    never_run: unused = [],
  } = read;
  const files = unused.slice(0, mostNamed).map(({ file, why }) => `${file} (${why})`);
  const more = unused.length - files.length;
  return [
    `migrations laid out as ${layout}${recognised ? '' : ', as the contract says'}${as === undefined ? '' : `, run as ${as}`}`,
    ...standIns.map(({ extension, file }) => `${file} stands in for the extension ${extension}`),
    ...(books.length === 0
      ? []
      : [
          `not judged, for they are the tool’s own${isMade ? ', and made before the migrations' : ''}: ${books.join(', ')}`,
        ]),
    ...(files.length === 0 ? [] : [`never run: ${files.join(', ')}${more === 0 ? '' : `, and ${more} more`}`]),
  ];
}

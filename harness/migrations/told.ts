import type { Plan } from './plan.ts';

/** How a folder of migrations was read and built. */
export interface MigrationsRead {
  /** The tool whose layout it has. */
  layout: string;
  /** Whether the layout was recognised by its shape, and not named by the contract. */
  recognised: boolean;
  /** Files that look like migrations and never run, and why; absent where there are none. */
  never_run?: { file: string; why: string }[];
}

/** What the pack says of a plan. */
export function readingOf({ layout, recognised, unused }: Plan): MigrationsRead {
  return { layout, recognised, ...(unused.length === 0 ? {} : { never_run: [...unused] }) };
}

/** The same in lines, for people. */
export function linesOfReading({ layout, recognised, never_run: unused = [] }: MigrationsRead): string[] {
  const files = unused.map(({ file, why }) => `${file} (${why})`);
  return [
    `migrations laid out as ${layout}${recognised ? '' : ', as the contract says'}`,
    ...(files.length === 0 ? [] : [`never run: ${files.join(', ')}`]),
  ];
}

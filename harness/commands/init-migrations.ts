import { stat } from 'node:fs/promises';
import path from 'node:path';

import { RolecallError } from '../common/errors.ts';
import type { LayoutName } from '../contract/layouts.ts';
import { readPlan, type Plan } from '../migrations/plan.ts';

/** Where projects keep their migrations, the most telling first; with the file that must be there for it to be one. */
const usualPlaces: readonly { place: string; mark?: string }[] = [
  { place: 'db/migrations' },
  { place: 'supabase/migrations' },
  { place: 'migrations/default' },
  { place: 'migrations' },
  { place: 'sql/migrations' },
  { place: 'database/migrations' },
  { place: 'prisma/migrations' },
  { place: 'drizzle' },
  { place: 'drizzle/migrations' },
  { place: 'hasura/migrations/default' },
  { place: 'src/main/resources/db/migration' },
  { place: 'src/main/resources/db/changelog' },
  { place: 'db/migration' },
  { place: 'db/changelog' },
  { place: 'db/structure.sql' },
  { place: '.', mark: 'sqitch.plan' },
  { place: '.', mark: 'sqitch.conf' },
];

/** What `init` is told of the migrations. */
export interface GivenMigrations {
  /** A folder, or one file. */
  migrations?: string | undefined;
  layout?: LayoutName | undefined;
  /** `name=value` each. */
  placeholder: readonly string[];
  as?: string | undefined;
  /** `extension=file` each. */
  standIn: readonly string[];
}

/** The place that was named, else the first usual one that is there; refuses where there is none. */
export async function choosePlace(named: string | undefined): Promise<string> {
  for (const { place, mark } of named === undefined ? usualPlaces : [{ place: named, mark: undefined }]) {
    const found = await stat(mark ?? place).catch(() => undefined);
    if (found?.isDirectory() === true || (found?.isFile() === true && (mark ?? place.endsWith('.sql')))) {
      return place;
    }
  }
  throw new RolecallError('bad-argument', {
    message:
      named === undefined
        ? `no migrations were found: looked for ${usualPlaces.map(({ place, mark }) => mark ?? place).join(', ')}`
        : `${named} is neither a folder nor a .sql file`,
    next: 'Name the folder of the migrations: --migrations DIR.',
  });
}

/** The plan of a place, and the section of the contract in `folder` that names it. */
export function readGiven(
  place: string,
  { layout, placeholder, as, standIn }: GivenMigrations,
  folder: string,
): { plan: Plan; section: Record<string, unknown> } {
  const placeholders = pairs('--placeholder', placeholder);
  const standIns = pairs('--stand-in', standIn);
  const fromContract = (file: string) => path.relative(folder, file).replaceAll(path.sep, '/') || '.';
  const plan = readPlan(place, layout, standIns);
  const files = Object.entries(standIns).map(([extension, file]) => [extension, fromContract(file)]);
  return {
    plan,
    section: {
      folder: fromContract(place),
      ...(plan.layout === 'plain' ? {} : { layout: plan.layout }),
      ...(placeholder.length === 0 ? {} : { placeholders }),
      ...(as === undefined ? {} : { as }),
      ...(files.length === 0 ? {} : { stand_ins: Object.fromEntries(files) }),
    },
  };
}

function pairs(flag: string, given: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    given.map((text) => {
      const [, name, value] = /^([^=]+)=([^]*)$/.exec(text) ?? [];
      if (name === undefined) {
        throw new RolecallError('bad-argument', {
          message: `${flag} ${text} has no =`,
          next: `Write ${flag} NAME=${flag === '--stand-in' ? 'FILE' : 'VALUE'}.`,
        });
      }
      return [name, value!];
    }),
  );
}

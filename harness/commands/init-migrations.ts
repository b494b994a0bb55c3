import { stat } from 'node:fs/promises';
import path from 'node:path';

import { slashed } from '../common/slashes.ts';
import { RolecallError } from '../common/errors.ts';
import { counted } from '../common/text.ts';
import type { LayoutName } from '../contract/layouts.ts';
import { readAlembic, type AlembicProject } from '../migrations/alembic.ts';
import { readPlan, type Plan } from '../migrations/plan.ts';
import { wordsOf } from '../process/child.ts';

/** The usual folders for migrations, the most specific first, with the file that must exist for it to count. */
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

/** What the user says about the migrations. */
export interface GivenMigrations {
  /** A folder, or one file. */
  migrations?: string | undefined;
  layout?: LayoutName | undefined;
  /** `name=value` each. */
  placeholder: readonly string[];
  as?: string | undefined;
  /** `extension=file` each. */
  standIn: readonly string[];
  /** The command of a program, with {revision}. */
  command?: string | undefined;
  down?: string | undefined;
  urlEnv?: string | undefined;
  baseline?: string | undefined;
  head?: string | undefined;
}

/** Migrations that were found. */
export interface FoundMigrations {
  /** A description in words. */
  told: string;
  /** Their folder, which may tell the platform. */
  place: string;
  revisions: { baseline: string; head?: string };
  /** The newest revision, if it is known by its name. */
  newest?: string | undefined;
  /** The section of the contract that names them. */
  section: Record<string, unknown>;
}

/** The migrations of a project, for a contract in `folder`: by the given program, by Alembic, or as SQL in a known layout. */
export async function findMigrations(given: GivenMigrations, folder: string): Promise<FoundMigrations> {
  if (given.command !== undefined) {
    return byCommand(given.command, given, folder);
  }
  const alembic = given.migrations === undefined ? await readAlembic('.', given.urlEnv) : undefined;
  return alembic === undefined ? inPlace(given, folder) : byAlembic(alembic, given, folder);
}

function byCommand(
  command: string,
  { down, urlEnv = 'DATABASE_URL', baseline, head, as }: GivenMigrations,
  folder: string,
): FoundMigrations {
  if (/['"]/.test(`${command}${down ?? ''}`)) {
    throw new RolecallError('bad-argument', {
      message: '--command and --down are run without a shell: a quote in them would be part of an argument',
      next: 'Put a backslash before a space in an argument; what needs a shell goes into a file of its own.',
    });
  }
  if (baseline === undefined || !command.includes('{revision}')) {
    throw new RolecallError('bad-argument', {
      message:
        baseline === undefined
          ? '--baseline is missing: a program does not tell which revision comes before the last'
          : '--command does not contain {revision}',
      next: "Write: --command 'PROGRAM upgrade {revision}' --baseline REVISION --head REVISION.",
    });
  }
  return {
    told: `migrated by: ${command}`,
    place: '.',
    revisions: { baseline, ...(head === undefined ? {} : { head }) },
    section: {
      command: wordsOf(command),
      ...(down === undefined ? {} : { down: wordsOf(down) }),
      url_env: urlEnv,
      cwd: fromFolder(folder, '.'),
      ...(as === undefined ? {} : { as }),
    },
  };
}

function byAlembic(
  { python, revisions, urlEnv }: AlembicProject,
  given: GivenMigrations,
  folder: string,
): FoundMigrations {
  const run = (verb: string) => `${python} -m alembic.config ${verb} {revision}`;
  const found = byCommand(
    run('upgrade'),
    {
      ...given,
      down: run('downgrade'),
      urlEnv: given.urlEnv ?? urlEnv,
      baseline: given.baseline ?? revisions.at(-2) ?? revisions.at(-1),
      head: given.head ?? 'head',
    },
    folder,
  );
  return { ...found, newest: revisions.at(-1), told: `alembic.ini, of ${counted(revisions.length, 'revision')}` };
}

function fromFolder(folder: string, file: string): string {
  return slashed(path.relative(folder, file)) || '.';
}

async function inPlace(given: GivenMigrations, folder: string): Promise<FoundMigrations> {
  const place = await choosePlace(given.migrations);
  const { plan, section } = readGiven(place, given, folder);
  const revisions = plan.migrations.map(({ revision }) => revision);
  const newest = revisions.at(-1);
  if (newest === undefined) {
    throw new RolecallError('bad-argument', {
      message: `${place} holds no migration that is SQL`,
      next: "Name the folder of the migrations: --migrations DIR. A program's are run by --command 'PROGRAM {revision}'; or draft from a live database: --url URL.",
    });
  }
  return {
    told: `${place} is laid out as ${plan.layout}`,
    place,
    newest: given.baseline === undefined ? newest : undefined,
    revisions: {
      baseline: given.baseline ?? revisions.at(-2) ?? newest,
      ...(given.head === undefined ? {} : { head: given.head }),
    },
    section,
  };
}

/** The given folder, otherwise the first usual one that exists. Refuses if there is none. */
async function choosePlace(named: string | undefined): Promise<string> {
  for (const { place, mark } of named === undefined ? usualPlaces : [{ place: named, mark: undefined }]) {
    const found = await stat(mark ?? place).catch(() => undefined);
    if (found?.isDirectory() === true || (found?.isFile() === true && (mark ?? place.endsWith('.sql')))) {
      return place;
    }
  }
  throw new RolecallError('bad-argument', {
    message:
      named === undefined
        ? `no migrations were found: looked for alembic.ini, ${usualPlaces.map(({ place, mark }) => mark ?? place).join(', ')}`
        : `${named} is neither a folder nor a .sql file`,
    next: 'Name the folder of the migrations: --migrations DIR.',
  });
}

/** The plan of a folder, and the section of the contract in `folder` that names it. */
function readGiven(
  place: string,
  { layout, placeholder, as, standIn }: GivenMigrations,
  folder: string,
): { plan: Plan; section: Record<string, unknown> } {
  const placeholders = pairs('--placeholder', placeholder);
  const standIns = pairs('--stand-in', standIn);
  const plan = readPlan(place, layout, standIns);
  const files = Object.entries(standIns).map(([extension, file]) => [extension, fromFolder(folder, file)]);
  return {
    plan,
    section: {
      folder: fromFolder(folder, place),
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

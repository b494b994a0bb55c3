import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

import { RolecallError } from '../common/errors.ts';

/** An Alembic project: https://alembic.sqlalchemy.org/en/latest/tutorial.html. */
export interface AlembicProject {
  /** Revisions from the first to the newest. */
  revisions: string[];
  /** The variable from which env.py takes the URL of the database. */
  urlEnv: string;
  /** The program that runs it. */
  python: string;
}

/** Reads the Alembic project of a folder; undefined where there is none. Refuses one that would not migrate the database it is told. */
export async function readAlembic(folder: string): Promise<AlembicProject | undefined> {
  const ini = path.join(folder, 'alembic.ini');
  if (!existsSync(ini)) {
    return undefined;
  }
  const [, location = 'alembic'] =
    /^\s*script_location\s*=\s*(?:%\(here\)s\/)?(\S+)/m.exec(await readFile(ini, 'utf8')) ?? [];
  const scripts = path.join(folder, location);
  const versions = path.join(scripts, 'versions');
  const names = await readdir(versions, { recursive: true }).catch(() => []);
  const texts = await Promise.all(
    names.filter((name) => name.endsWith('.py')).map((name) => readFile(path.join(versions, name), 'utf8')),
  );
  const env = await readFile(path.join(scripts, 'env.py'), 'utf8').catch(() => '');
  const urlEnv = variableOf(env);
  if (urlEnv === undefined) {
    throw new RolecallError('bad-argument', {
      message: `${path.join(scripts, 'env.py')} reads no environment variable: Alembic would migrate the database that ${ini} names`,
      next: "Let env.py take the URL from the environment: config.set_main_option('sqlalchemy.url', os.environ['DATABASE_URL']).",
    });
  }
  const own = ['.venv/bin/python', 'venv/bin/python'].find((name) => existsSync(path.join(folder, name)));
  return { revisions: inOrder(texts.flatMap((text) => revisionOf(text) ?? [])), urlEnv, python: own ?? 'python3' };
}

interface Revision {
  revision: string;
  down: string | undefined;
}

/** What a script of `versions` says of itself; undefined where it is none. Pure. */
export function revisionOf(text: string): Revision | undefined {
  const value = (name: string) =>
    new RegExp(String.raw`^${name}\s*(?::[^=\n]*)?=\s*(?:['"]([^'"]+)['"]|None|[([])`, 'm').exec(text);
  const revision = value('revision')?.[1];
  return revision === undefined ? undefined : { revision, down: value('down_revision')?.[1] };
}

/** Revisions along their chain; refuses one with several ends, of which a person has to choose. Pure. */
export function inOrder(all: readonly Revision[]): string[] {
  const before = new Map(all.map(({ revision, down }) => [revision, down]));
  const followed = new Set(before.values());
  const ends = [...before.keys()].filter((revision) => !followed.has(revision));
  if (ends.length > 1) {
    throw new RolecallError('bad-argument', {
      message: `the Alembic project has ${ends.length} heads: ${ends.toSorted().join(', ')}`,
      next: 'Merge them: alembic merge heads.',
    });
  }
  const chain: string[] = [];
  for (let at = ends[0]; at !== undefined; at = before.get(at)) {
    chain.unshift(at);
  }
  return chain;
}

/** The variable that env.py reads: one that is named like a URL first. */
function variableOf(env: string): string | undefined {
  const names = [...env.matchAll(/(?:environ(?:\.get\(|\[)|getenv\()\s*['"](\w+)['"]/g)].map(([, name]) => name!);
  return names.find((name) => /URL|DSN|URI/i.test(name)) ?? names[0];
}

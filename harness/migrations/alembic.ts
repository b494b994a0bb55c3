import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

import { RolecallError } from '../common/errors.ts';

/** An Alembic project: https://alembic.sqlalchemy.org/en/latest/tutorial.html. */
export interface AlembicProject {
  /** Revisions from the first to the newest. */
  revisions: string[];
  /** The variable from which env.py reads the URL of the database. */
  urlEnv: string;
  /** The program that runs Alembic. */
  python: string;
}

/**
 * Reads the Alembic project of a folder; undefined if there is none. Refuses a project that would not migrate the given database.
 */
export async function readAlembic(folder: string, named: string | undefined): Promise<AlembicProject | undefined> {
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
  const variables = named === undefined ? urlVariablesOf(env) : [named];
  if (variables.length !== 1) {
    const file = path.join(scripts, 'env.py');
    throw new RolecallError('bad-argument', {
      message:
        variables.length === 0
          ? `${file} takes no URL from the environment, as far as it tells: Alembic would migrate the database that ${ini} names`
          : `${file} takes a URL from several variables: ${variables.join(', ')}`,
      next: "Let env.py take it from one: config.set_main_option('sqlalchemy.url', os.environ['DATABASE_URL']); or name it: --url-env NAME.",
    });
  }
  const [urlEnv] = variables as [string];
  const own = ['.venv/bin/python', 'venv/bin/python'].find((name) => existsSync(path.join(folder, name)));
  return { revisions: inOrder(texts.flatMap((text) => revisionOf(text) ?? [])), urlEnv, python: own ?? 'python3' };
}

interface Revision {
  revision: string;
  /** The revisions before it: several if it merges. */
  down: string[];
}

/** What a script of `versions` says of itself; undefined if it is not a migration. Pure. */
export function revisionOf(text: string): Revision | undefined {
  const value = (name: string) =>
    new RegExp(String.raw`^${name}\s*(?::[^=\n]*)?=\s*(\([^)]*\)|\[[^\]]*\]|[^\n]*)`, 'm').exec(text)?.[1] ?? '';
  const strings = (said: string) => [...said.matchAll(/['"]([^'"]+)['"]/g)].map(([, name]) => name!);
  const [revision] = strings(value('revision'));
  return revision === undefined ? undefined : { revision, down: strings(value('down_revision')) };
}

/** Revisions in order, each after those it depends on. Refuses several ends, because a person must choose one. Pure. */
export function inOrder(all: readonly Revision[]): string[] {
  const before = new Map(all.map(({ revision, down }) => [revision, down]));
  const followed = new Set([...before.values()].flat());
  const ends = [...before.keys()].filter((revision) => !followed.has(revision));
  if (ends.length > 1) {
    throw new RolecallError('bad-argument', {
      message: `the Alembic project has ${ends.length} heads: ${ends.toSorted().join(', ')}`,
      next: 'Merge them: alembic merge heads.',
    });
  }
  const ordered = new Set<string>();
  const visit = (revision: string): void => {
    if (!ordered.has(revision) && before.has(revision)) {
      before.get(revision)!.forEach(visit);
      ordered.add(revision);
    }
  };
  ends.forEach(visit);
  return [...ordered];
}

/** A line in which env.py passes on a URL: to an engine, to Alembic's own option, or to a variable whose name says so. */
const handsUrlOn = /sqlalchemy\.url|create_(?:async_)?engine|\b\w*(?:url|dsn|uri)\s*=/i;

/** The variables that env.py reads a URL from. Pure. */
export function urlVariablesOf(env: string): string[] {
  const lines = env.replaceAll(/#.*$/gm, '').split('\n');
  const names = lines
    .filter((line) => handsUrlOn.test(line))
    .flatMap((line) => [...line.matchAll(/(?:environ(?:\.get\(|\[)|getenv\()\s*['"](\w+)['"]/g)])
    .map(([, name]) => name!);
  return [...new Set(names)];
}

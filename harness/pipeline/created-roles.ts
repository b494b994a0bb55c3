import { readFile } from 'node:fs/promises';

import { sqlFilesIn } from '../common/sql-files.ts';
import type { Project } from './project.ts';

const createRole = /\bcreate\s+(?:role|user|group)\s+(?!mapping\b)(?:"((?:[^"]|"")+)"|([\p{L}_][\p{L}\p{N}_$]*))/giu;

/** Names of the roles that the SQL files of a project say they make, as the server will call them. */
export async function createdRoles(
  project: Pick<Project, 'contract' | 'provision' | 'seeds' | 'resolve'>,
): Promise<string[]> {
  const { contract, provision, seeds, resolve } = project;
  const migrations = 'folder' in contract.migrations ? await sqlFilesIn(resolve(contract.migrations.folder)) : [];
  const texts = await Promise.all(
    [...provision.before, ...provision.after, ...migrations, ...seeds].map((file) => readFile(file, 'utf8')),
  );
  const names = texts.flatMap((text) =>
    [...text.matchAll(createRole)].map(([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain!.toLowerCase()),
  );
  return [...new Set(names)].toSorted();
}

import { readFile } from 'node:fs/promises';

import { filesOf } from '../migrations/plan.ts';
import { sqlParser, type SqlParser, type SqlToken } from '../postgres/parsed-sql.ts';
import type { Project } from './project.ts';

const kinds = new Set(['role', 'user', 'group']);

type ProjectFiles = Pick<Project, 'plan' | 'provision' | 'seeds'>;

/** Names of the roles that the SQL files of a project create, as the server will have them. */
export async function createdRoles(project: ProjectFiles): Promise<string[]> {
  return namesIn(project, rolesCreatedIn);
}

/** Names of the extensions that the SQL files of a project create, without those that have a stand-in. */
export async function createdExtensions(project: ProjectFiles): Promise<string[]> {
  const standsIn = new Set(project.plan?.standIns.map(({ extension }) => extension));
  return (await namesIn(project, extensionsCreatedIn)).filter((name) => !standsIn.has(name));
}

async function namesIn(
  { plan, provision, seeds }: ProjectFiles,
  created: (text: string, parser: SqlParser) => string[],
): Promise<string[]> {
  const migrations = plan === undefined ? [] : filesOf(plan);
  const parser = await sqlParser();
  const texts = await Promise.all(
    [...provision.before, ...provision.after, ...migrations, ...seeds].map((file) => readFile(file, 'utf8')),
  );
  return [...new Set(texts.flatMap((text) => created(text, parser)))].toSorted();
}

/** Roles that a text creates, also in the texts inside it: the body of a DO, the argument of EXECUTE. A comment creates none. */
export function rolesCreatedIn(text: string, parser: SqlParser): string[] {
  return createdIn(text, parser, (next) => {
    const [kind, name] = next;
    return kinds.has(kind?.word ?? '') && name?.word !== 'mapping' ? name : undefined;
  });
}

/** Extensions that a text creates, in the same way. */
export function extensionsCreatedIn(text: string, parser: SqlParser): string[] {
  return createdIn(text, parser, ([kind, ...next]) => {
    const isGuarded = next
      .slice(0, 3)
      .map(({ word }) => word)
      .join(' ');
    return kind?.word !== 'extension' ? undefined : next[isGuarded === 'if not exists' ? 3 : 0];
  });
}

/** The names after `create` that `named` finds in the tokens that follow. */
function createdIn(
  text: string,
  parser: SqlParser,
  named: (next: readonly SqlToken[]) => SqlToken | undefined,
): string[] {
  const parsed = parser.tokens(text);
  if ('fault' in parsed) {
    // What the lexer cannot read is left to the server.
    return [];
  }
  const tokens = parsed.read.filter(({ kind }) => kind !== 'comment');
  return tokens.flatMap((token, index) => {
    if (token.kind === 'string') {
      const inner = parser.textOf(token.word);
      return inner === undefined ? [] : createdIn(inner, parser, named);
    }
    const name = token.word === 'create' ? named(tokens.slice(index + 1, index + 6)) : undefined;
    return name === undefined ? [] : nameIn(name);
  });
}

function nameIn({ word }: SqlToken): string[] {
  const [, quoted] = /^"((?:[^"]|"")+)"$/.exec(word) ?? [];
  return quoted !== undefined
    ? [quoted.replaceAll('""', '"')]
    : /^[\p{L}_][\p{L}\p{N}_$]*$/u.test(word)
      ? [word.toLowerCase()]
      : [];
}

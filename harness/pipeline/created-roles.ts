import { readFile } from 'node:fs/promises';

import { filesOf } from '../migrations/plan.ts';
import { sqlParser, type SqlParser, type SqlToken } from '../postgres/parsed-sql.ts';
import type { Project } from './project.ts';

const kinds = new Set(['role', 'user', 'group']);

/** Names of the roles that the SQL files of a project say they make, as the server will call them. */
export async function createdRoles(project: Pick<Project, 'plan' | 'provision' | 'seeds'>): Promise<string[]> {
  const { plan, provision, seeds } = project;
  const migrations = plan === undefined ? [] : filesOf(plan);
  const parser = await sqlParser();
  const texts = await Promise.all(
    [...provision.before, ...provision.after, ...migrations, ...seeds].map((file) => readFile(file, 'utf8')),
  );
  return [...new Set(texts.flatMap((text) => rolesCreatedIn(text, parser)))].toSorted();
}

/** Roles that a text makes, and the texts in it: the body of a DO, what EXECUTE is given. A comment makes none. */
export function rolesCreatedIn(text: string, parser: SqlParser): string[] {
  const parsed = parser.tokens(text);
  if ('fault' in parsed) {
    // What the lexer cannot read is left to the server.
    return [];
  }
  const tokens = parsed.read.filter(({ kind }) => kind !== 'comment');
  return tokens.flatMap((token, index) => {
    if (token.kind === 'string') {
      const inner = parser.textOf(token.word);
      return inner === undefined ? [] : rolesCreatedIn(inner, parser);
    }
    const name = tokens[index + 2];
    const isMade = token.word === 'create' && kinds.has(tokens[index + 1]?.word ?? '') && name?.word !== 'mapping';
    return isMade && name !== undefined ? nameIn(name) : [];
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

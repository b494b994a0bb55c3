import { DatabaseError } from 'pg';

import { withoutSecretsOf } from '../common/redaction.ts';
import { messageOf, RolecallError, type ErrorCode } from '../common/errors.ts';
import { statementOffset } from './statements-of.ts';

/** What the server said about a statement that it refused. */
export interface ServerError {
  sqlstate: string;
  message: string;
  /** The C function that raised it. It distinguishes cases of one SQLSTATE whatever language the server speaks. */
  routine: string | undefined;
  detail: string | undefined;
  hint: string | undefined;
  /** The table that it is about, without its schema, if the server names one. */
  table?: string | undefined;
  /** The column that it is about, if the server names one. */
  column?: string | undefined;
  /** The constraint that it is about, if the server names one. */
  constraint?: string | undefined;
  /** What was being executed: functions and statements, innermost first. */
  where?: string | undefined;
  /** 1-based character offset into the statement. */
  position: number | undefined;
}

/** The server's error; undefined if something else was thrown (a broken connection, a bug). */
export function serverError(error: unknown): ServerError | undefined {
  if (!(error instanceof DatabaseError) || error.code === undefined) {
    return undefined;
  }
  return {
    sqlstate: error.code,
    message: error.message,
    routine: error.routine,
    detail: error.detail,
    hint: error.hint,
    table: error.table,
    column: error.column,
    constraint: error.constraint,
    where: error.where,
    position: error.position === undefined ? undefined : Number(error.position),
  };
}

/** How many statements of the script had completed before the error, by error: many errors carry no position. */
const completedBefore = new WeakMap<Error, number>();

/** Records how many statements of a script had completed before `error`. */
export function noteStatement(error: unknown, completed: number): void {
  if (error instanceof DatabaseError) {
    completedBefore.set(error, completed);
  }
}

/** 1-based offset of what failed: where the server says, otherwise where the statement begins; undefined if it is not known. */
async function offsetOf(sql: string, error: unknown, position: number | undefined): Promise<number | undefined> {
  const completed = error instanceof Error ? completedBefore.get(error) : undefined;
  return position ?? (completed === undefined ? undefined : await statementOffset(sql, completed));
}

/** 1-based line and column of a 1-based character offset. */
export function lineAndColumn(text: string, position: number): { line: number; column: number } {
  // Postgres counts characters, JavaScript UTF-16 code units.
  const before = [...text].slice(0, position - 1).join('');
  const lines = before.split('\n');
  return { line: lines.length, column: [...lines.at(-1)!].length + 1 };
}

/** An error that names file, line and SQLSTATE, and shows the line with a caret. */
export async function sqlFileError(
  code: ErrorCode,
  file: string,
  sql: string,
  error: unknown,
  next: string,
): Promise<RolecallError> {
  const server = serverError(error);
  if (error instanceof RolecallError) {
    // The server went away, which is not a fault of the file.
    return new RolecallError(error.code, {
      message: `${file}: ${error.message}`,
      cause: error,
      ...(error.next === undefined ? {} : { next: error.next }),
      exit: error.exit,
    });
  }
  if (server === undefined) {
    return new RolecallError(code, { message: `${file}: ${messageOf(error)}`, cause: error, next });
  }
  const offset = await offsetOf(sql, error, server.position);
  const at = offset === undefined ? undefined : lineAndColumn(sql, offset);
  const where = at === undefined ? file : `${file}:${at.line}:${at.column}`;
  const excerpt = at === undefined ? [] : [sql.split('\n')[at.line - 1]!, `${' '.repeat(at.column - 1)}^`];
  const notes = [server.detail && `Detail: ${server.detail}`, server.hint && `Hint: ${server.hint}`].filter(Boolean);
  const said = [`${where}: ${server.message} (SQLSTATE ${server.sqlstate})`, ...excerpt, ...notes].join('\n');
  return new RolecallError(code, {
    message: withoutSecretsOf(sql, said),
    cause: error,
    next,
  });
}

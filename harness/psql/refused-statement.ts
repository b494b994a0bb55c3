import type { RefusedStatement } from '../common/errors.ts';
import type { PsqlFault } from './psql-fault.ts';

/**
 * The statement of a file that the server refused, inside a DO block the one in its body; undefined if the server did not refuse
 * one.
 */
export function refusedBy(fault: PsqlFault): RefusedStatement | undefined {
  const { details, server } = fault;
  if (server === undefined) {
    return undefined;
  }
  const { file, line, statement = '' } = details;
  return {
    file,
    line: line + (server.position === undefined ? linesIntoBlock(statement, server.where) : 0),
    statement: fault.hide(innermost(server.where) ?? statement),
    sqlstate: server.sqlstate,
    message: fault.hide(server.message),
    detail: fault.hide(server.detail ?? ''),
  };
}

/**
 * The number of lines from the beginning of a DO statement to the statement in its body that failed; 0 for any other statement.
 */
export function linesIntoBlock(statement: string, where = ''): number {
  const at = [...where.matchAll(/inline_code_block line (\d+)\b/g)].at(-1)?.[1];
  const opening = /\$(?:[A-Za-z_\u0080-\uFFFF][\w\u0080-\uFFFF]*)?\$/.exec(statement);
  return at === undefined || opening === null
    ? 0
    : statement.slice(0, opening.index).split('\n').length - 1 + Number(at) - 1;
}

/** The text of the statement that the server was executing in a function or block. */
export function innermost(where = ''): string | undefined {
  return /(?:^|\n)SQL statement "(.*?)"(?=\n(?:PL\/|SQL )|$)/s.exec(where)?.[1];
}

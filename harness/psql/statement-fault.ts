import { messageOf } from '../common/errors.ts';
import { serverError } from '../postgres/sql-error.ts';
import { PsqlFault } from './psql-fault.ts';
import type { Statement } from './source.ts';

/** The fault of a statement that failed: its file and line, and the column if the server gave one. */
export function statementFault(
  { text, marks, source }: Statement,
  error: unknown,
  position: number | undefined,
): PsqlFault {
  // The server counts characters, JavaScript UTF-16 code units.
  const offset = position === undefined ? 0 : [...text].slice(0, position - 1).join('').length;
  const mark = marks.findLast((one) => one.offset <= offset) ?? { offset: 0, line: source.line };
  const end = text.indexOf('\n', offset);
  const written = text.slice(mark.offset, end === -1 ? undefined : end);
  const whole = source.lineText(mark.line).replace(/\r$/, '');
  const at = whole.indexOf(written.trimEnd());
  const place = at === -1 ? undefined : at + offset - mark.offset;
  return new PsqlFault({
    message: serverError(error)?.message ?? messageOf(error),
    file: source.file,
    line: mark.line,
    column: place === undefined ? undefined : [...whole.slice(0, place)].length + 1,
    excerpt: whole,
    statement: text,
    includedAt: source.includedAt,
    cause: error,
  });
}

import { fromFirstWord } from '../../psql/statement-kind.ts';
import { statementsIn } from '../../psql/statements-in.ts';

const outside =
  /^(?:create\s+(?:unique\s+)?index\s+concurrently|drop\s+index\s+concurrently|reindex\b[^;]*\bconcurrently|refresh\s+materialized\s+view\s+concurrently|vacuum|alter\s+system|(?:create|drop)\s+(?:database|tablespace|subscription)|alter\s+type\s[^;]*\sadd\s+value)\b/i;
const mayBe =
  /\b(?:concurrently|vacuum|alter\s+system|(?:create|drop)\s+(?:database|tablespace|subscription)|add\s+value)\b/i;

/** Whether the server accepts each statement of a text only outside of a transaction. Tools then send the file as it is. */
export function isOutsideAlone(text: string): boolean {
  if (!mayBe.test(text)) {
    return false;
  }
  const real = statementsIn(text)
    .map(fromFirstWord)
    .filter((statement) => statement !== '');
  return real.length > 0 && real.every((statement) => outside.test(statement));
}

/** A text whose statements end with another delimiter, which is replaced by semicolons on the same lines. */
export function withSemicolons(text: string, delimiter: string): string {
  const words = delimiter.replaceAll('\\n', '\n').replaceAll('\\r', '').replaceAll('\\t', '\t');
  if (words.trim() === '') {
    return text.replaceAll(words, (found) => `;${found}`);
  }
  // Only at the end of a line: inside one it may be an operator.
  const escaped = words.trim().replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  // A slash may end a comment.
  return text.replaceAll(new RegExp(`(?<!\\*)${escaped}[ \\t]*$`, 'gim'), ';');
}

/** A text in which a line that ends a statement for a tool ends it, with or without a semicolon before it. */
export function endedAt(text: string, line: RegExp): string {
  return text.replaceAll(line, ';');
}

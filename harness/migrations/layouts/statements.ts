import { fromFirstWord } from '../../psql/statement-kind.ts';
import { statementsIn } from '../../psql/statements-in.ts';

const outside =
  /^(?:create\s+(?:unique\s+)?index\s+concurrently|drop\s+index\s+concurrently|reindex\b[^;]*\bconcurrently|refresh\s+materialized\s+view\s+concurrently|vacuum|alter\s+system|(?:create|drop)\s+(?:database|tablespace|subscription)|alter\s+type\s[^;]*\sadd\s+value)\b/i;
const mayBe =
  /\b(?:concurrently|vacuum|alter\s+system|(?:create|drop)\s+(?:database|tablespace|subscription)|add\s+value)\b/i;

/** Whether every statement of a text is one that the server takes outside of a transaction alone: tools send such a file as it is. */
export function isOutsideAlone(text: string): boolean {
  if (!mayBe.test(text)) {
    return false;
  }
  const real = statementsIn(text)
    .map(fromFirstWord)
    .filter((statement) => statement !== '');
  return real.length > 0 && real.every((statement) => outside.test(statement));
}

/** A text whose statements end with something else than a semicolon, with semicolons in its place on the same lines. */
export function withSemicolons(text: string, delimiter: string): string {
  const words = delimiter.replaceAll('\\n', '\n').replaceAll('\\r', '').replaceAll('\\t', '\t');
  if (words.trim() === '') {
    return text.replaceAll(words, (found) => `;${found}`);
  }
  // Where it ends a line: within one it may be an operator.
  const escaped = words.trim().replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  // A slash may end a comment.
  return text.replaceAll(new RegExp(`(?<!\\*)${escaped}[ \\t]*$`, 'gim'), ';');
}

/** A text in which a line that a tool takes for the end of a statement ends one, whether or not a semicolon is there. */
export function endedAt(text: string, line: RegExp): string {
  return text.replaceAll(line, ';');
}

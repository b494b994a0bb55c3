const blank = /(?:[\s;]+|--[^\n]*)*/y;

/** The statement from its first word on: without the blanks and comments before it. */
export function fromFirstWord(text: string): string {
  let at = 0;
  for (;;) {
    blank.lastIndex = at;
    at += blank.exec(text)![0].length;
    if (!text.startsWith('/*', at)) {
      return text.slice(at);
    }
    at = commentEnd(text, at);
  }
}

/** The end of the comment that begins at `start`. Comments nest. */
function commentEnd(text: string, start: number): number {
  let depth = 0;
  for (const { 0: mark, index } of text.slice(start).matchAll(/\/\*|\*\//g)) {
    depth += mark === '/*' ? 1 : -1;
    if (depth === 0) {
      return start + index + mark.length;
    }
  }
  return text.length;
}

/** What a statement does to the transaction. Most do nothing. */
export type TransactionStep = 'begins' | 'ends' | 'none';

/** Whether a statement begins or ends a transaction, by its first words. */
export function transactionStep(text: string): TransactionStep {
  const sql = fromFirstWord(text);
  if (/^(?:begin|start\s+transaction)\b/i.test(sql)) {
    return 'begins';
  }
  if (/^(?:commit|end|prepare\s+transaction)\b/i.test(sql)) {
    return /\band\s+chain\b/i.test(sql) && !/\band\s+no\s+chain\b/i.test(sql) ? 'begins' : 'ends';
  }
  if (/^(?:rollback|abort)\b/i.test(sql) && !/^rollback\s+(?:(?:work|transaction)\s+)?to\b/i.test(sql)) {
    return /^rollback\s+prepared\b/i.test(sql)
      ? 'none'
      : /\band\s+chain\b/i.test(sql) && !/\band\s+no\s+chain\b/i.test(sql)
        ? 'begins'
        : 'ends';
  }
  return 'none';
}

/** Whether the statements after it can be sent in the same message. Not if the lexer or a COPY needs its effect. */
export function mayBeGathered(text: string): boolean {
  return !/standard_conforming_strings|client_encoding/i.test(text) && !/^copy\b/i.test(fromFirstWord(text));
}

/** Whether there is nothing to run in it. */
export function isEmptyStatement(text: string): boolean {
  return fromFirstWord(text) === '';
}

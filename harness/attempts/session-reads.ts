import type { RawName } from '../common/sql.ts';
import type { SqlParser, SqlToken } from '../postgres/parsed-sql.ts';

/** What a text reads of its session. */
export interface Reads {
  /** Custom settings, read by `current_setting`. */
  settings: RawName[];
  /** Keys that it reads from JSON documents. */
  keys: RawName[];
}

/**
 * What a policy's expression or a function's body reads, and what the statements in its strings read. A text in another language,
 * or one that the parser cannot read, is searched for anything that looks like it: a setting too many does no harm.
 */
export function readsOf(parser: SqlParser, text: string, language = 'sql'): Reads {
  const parsed = parser.tokens(text);
  const { settings, keys } =
    (language === 'sql' || language === 'plpgsql') && 'read' in parsed
      ? readIn(parser, withoutComments(parsed.read))
      : lookedThrough(text);
  // The server accepts no setting of another name, and would refuse the SET of all of them.
  return { settings: settings.filter((name) => customSetting.test(name)), keys };
}

/** The name of a custom setting as the server accepts it (valid_custom_variable_name in guc.c). */
const customSetting = /^[a-z_\u0080-\uffff][\w$\u0080-\uffff]*(?:\.[a-z_\u0080-\uffff][\w$\u0080-\uffff]*)+$/i;

function readIn(parser: SqlParser, tokens: readonly SqlToken[]): Reads {
  const reads: Reads = { settings: [], keys: [] };
  for (const [index, { kind, word }] of tokens.entries()) {
    const text = kind === 'string' ? parser.textOf(word) : undefined;
    if (text === undefined) {
      continue;
    }
    const [before, call] = [tokens[index - 1], tokens[index - 2]];
    if (before?.word === '(' && isCurrentSetting(call)) {
      reads.settings.push(text);
    } else if (before?.word === '->' || before?.word === '->>') {
      reads.keys.push(text);
    } else {
      const within = parser.tokens(text);
      const { settings, keys } =
        'read' in within ? readIn(parser, withoutComments(within.read)) : { settings: [], keys: [] };
      reads.settings.push(...settings);
      reads.keys.push(...keys);
    }
  }
  return reads;
}

function withoutComments(tokens: readonly SqlToken[]): SqlToken[] {
  return tokens.filter(({ kind }) => kind !== 'comment');
}

function isCurrentSetting(token: SqlToken | undefined): boolean {
  return token !== undefined && (token.word.toLowerCase() === 'current_setting' || token.word === '"current_setting"');
}

function lookedThrough(text: string): Reads {
  return {
    settings: [...text.matchAll(/current_setting\s*\(\s*'([^']+)'/gi)].map(([, name]) => name!),
    keys: [...text.matchAll(/->>?\s*'([^']+)'/g)].map(([, key]) => key!),
  };
}

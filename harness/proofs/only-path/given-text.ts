import type { SqlParser, SqlToken } from '../../postgres/parsed-sql.ts';
import { isFixed, type Locals } from './fixed-text.ts';

/** Server functions that run a statement, or read a table, named by their first argument. */
const runners = new Set([
  ...['query_to_xml', 'query_to_xmlschema', 'query_to_xml_and_xmlschema', 'ts_stat', 'ts_rewrite'],
  ...['table_to_xml', 'table_to_xmlschema', 'table_to_xml_and_xmlschema', 'cursor_to_xml'],
  ...['dblink', 'dblink_exec', 'dblink_open', 'dblink_send_query', 'crosstab', 'crosstabn', 'connectby'],
]);
/** Functions that read everything. */
const readers = /^(database|schema)_to_xml(schema|_and_xmlschema)?$/;

/**
 * Whether a body runs text that it does not hold in full: an EXECUTE of an argument, of a variable that is filled from elsewhere,
 * of names that format() builds. Text that is quoted as a value counts as held, because it names nothing.
 */
export function runsGivenText(parser: SqlParser, body: string): boolean {
  const parsed = parser.tokens(body);
  if ('fault' in parsed) {
    return /\bexecute\b|_to_xml|\bts_(stat|rewrite)\b|\bdblink/i.test(body);
  }
  const tokens = parsed.read.filter(({ kind }) => kind !== 'comment');
  const locals = localsOf(tokens);
  return tokens.some((token, at) => {
    const word = token.word.toLowerCase();
    const next = tokens[at + 1];
    if (token.kind === 'string' || next === undefined) {
      return false;
    }
    if (word === 'execute') {
      // GRANT EXECUTE ON, and EXECUTE FUNCTION in CREATE TRIGGER, are other statements.
      return !['on', 'function', 'procedure'].includes(next.word) && !isFixed(operand(tokens.slice(at + 1)), locals);
    }
    return (
      next.word === '(' &&
      (readers.test(word) || (runners.has(word) && !isFixed(firstArgument(tokens.slice(at + 2)), locals)))
    );
  });
}

/** The text that is executed: up to INTO, USING, LOOP or the end of the statement. */
function operand(tokens: readonly SqlToken[]): SqlToken[] {
  return until(tokens, new Set([';', 'into', 'using', 'loop']));
}

function firstArgument(tokens: readonly SqlToken[]): SqlToken[] {
  return until(tokens, new Set([',']));
}

function until(tokens: readonly SqlToken[], ends: ReadonlySet<string>): SqlToken[] {
  let depth = 0;
  const end = tokens.findIndex(({ word, kind }) => {
    if (kind === 'string') {
      return false;
    }
    if (depth === 0 && (ends.has(word) || word === ')')) {
      return true;
    }
    depth += word === '(' ? 1 : word === ')' ? -1 : 0;
    return false;
  });
  return tokens.slice(0, end === -1 ? undefined : end);
}

const openers = new Set(['begin', 'then', 'else', 'loop', 'declare', '>>']);

/** The variables that the body declares, each with all expressions that are assigned to it; null if a statement fills it. */
function localsOf(tokens: readonly SqlToken[]): Locals {
  const locals = new Map<string, (SqlToken[] | null)[]>();
  const give = (name: string, value: SqlToken[] | null) => locals.get(name)?.push(value);
  let isDeclaring = false;
  for (const statement of statementsOf(tokens)) {
    const [first, ...rest] = statement.tokens;
    isDeclaring = statement.opener === 'declare' || (isDeclaring && statement.opener === ';');
    if (first === undefined) {
      continue;
    }
    const name = first.word.toLowerCase();
    const sign = rest.findIndex(({ word }) => [':=', '=', ...(isDeclaring ? ['default'] : [])].includes(word));
    if (isDeclaring) {
      locals.set(name, rest.some(({ word }) => word.toLowerCase() === 'alias') ? [null] : []);
    }
    if (sign !== -1 && (isDeclaring || sign === 0 || rest[sign]!.word === ':=')) {
      give(name, rest.slice(sign + 1));
    }
    statement.tokens.forEach(({ word }, at) => {
      if (
        ['into', 'for', 'foreach'].includes(word) ||
        (word === ',' && statement.tokens.some((one) => one.word === 'into'))
      ) {
        const after = statement.tokens[at + 1];
        give((after?.word === 'strict' ? statement.tokens[at + 2] : after)?.word.toLowerCase() ?? '', null);
      }
    });
  }
  return locals;
}

function statementsOf(tokens: readonly SqlToken[]): { opener: string; tokens: SqlToken[] }[] {
  const statements = [{ opener: ';', tokens: [] as SqlToken[] }];
  for (const token of tokens) {
    if (token.kind !== 'string' && (token.word === ';' || openers.has(token.word.toLowerCase()))) {
      statements.push({ opener: token.word.toLowerCase(), tokens: [] });
    } else {
      statements.at(-1)!.tokens.push(token);
    }
  }
  return statements;
}

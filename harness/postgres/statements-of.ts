import { parserMajor, sqlParser } from './parsed-sql.ts';

const rollbacks = new Set(['TRANS_STMT_ROLLBACK']);
const commits = new Set(['TRANS_STMT_COMMIT', 'TRANS_STMT_PREPARE', 'TRANS_STMT_COMMIT_PREPARED']);

/**
 * Why a script could leave something behind, in words: it commits, or continues after the rollback of its transaction, or the
 * parser cannot read it. Undefined if nothing of it stays.
 */
export async function whyItOutlives(sql: string): Promise<string | undefined> {
  const parser = await sqlParser();
  const parsed = parser.statements(sql);
  if ('fault' in parsed) {
    return `it might end its transaction: the parser of PostgreSQL ${parserMajor} cannot read it (${parsed.fault})`;
  }
  const kinds = parsed.read.map(({ kind, node }) => (kind === 'TransactionStmt' ? String(node['kind']) : kind));
  const rolledBack = kinds.findIndex((kind) => rollbacks.has(kind));
  if (kinds.some((kind) => commits.has(kind)) || (rolledBack !== -1 && rolledBack < kinds.length - 1)) {
    return 'it ends its transaction, and what it does then could not be taken back';
  }
  const tokens = parser.tokens(sql);
  // With standard_conforming_strings off, such a string continues, and may hide statements.
  return 'read' in tokens && tokens.read.some(({ kind, word }) => kind === 'string' && /^'[^]*\\'/.test(word))
    ? 'it might end its transaction: it has a string with a backslash before a quote, whose end depends on standard_conforming_strings'
    : undefined;
}

/** 1-based offset, in characters, of the statement after `completed` others; undefined if it is not known. */
export async function statementOffset(sql: string, completed: number): Promise<number | undefined> {
  const parsed = (await sqlParser()).statements(sql);
  const statement = 'read' in parsed ? parsed.read[completed] : undefined;
  // Postgres counts characters, JavaScript UTF-16 code units.
  return statement === undefined ? undefined : [...sql.slice(0, statement.start)].length + 1;
}

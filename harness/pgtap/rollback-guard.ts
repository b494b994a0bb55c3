import { parserMajor, sqlParser } from '../postgres/parsed-sql.ts';
import { isEmptyStatement, transactionStep } from '../psql/statement-kind.ts';

const ended = 'it ends its transaction, and what it does then could not be taken back';
const ends = /\b(?:commit|end|prepare|rollback|abort)\b/i;
const commits = new Set(['TRANS_STMT_COMMIT', 'TRANS_STMT_PREPARE', 'TRANS_STMT_COMMIT_PREPARED']);

/**
 * Says for each statement of a script, before it is sent, why its effect could not be undone: it commits, or it follows the
 * rollback of the transaction that the script runs in.
 */
export function rollbackGuard(): (text: string) => Promise<string | undefined> {
  let isRolledBack = false;
  return async (text) => {
    if (isEmptyStatement(text)) {
      return undefined;
    }
    if (isRolledBack) {
      return ended;
    }
    if (!ends.test(text)) {
      return undefined;
    }
    const parsed = (await sqlParser()).statements(text);
    if ('fault' in parsed) {
      // The server reports a statement with a wrong beginning.
      return transactionStep(text) !== 'ends' && !/;[^]*\S/.test(text)
        ? undefined
        : `it might end its transaction: the parser of PostgreSQL ${parserMajor} cannot read it (${parsed.fault})`;
    }
    const kinds = parsed.read.map(({ kind, node }) => (kind === 'TransactionStmt' ? String(node['kind']) : kind));
    const rollback = kinds.indexOf('TRANS_STMT_ROLLBACK');
    isRolledBack = rollback !== -1;
    return kinds.some((kind) => commits.has(kind)) || (isRolledBack && rollback < kinds.length - 1) ? ended : undefined;
  };
}

import { sqlParser } from '../postgres/parsed-sql.ts';
import { statementsIn } from '../psql/statements-in.ts';

/** The schema in which a file creates the extension pgTAP. */
export interface ExtensionSchemas {
  /** Names of schemas, as the server will have them. */
  schemas: string[];
  /** Statements that may create it, and that the parser could not read. */
  unread: string[];
}

/** The schemas in the CREATE EXTENSION of a test file. */
export async function extensionSchemas(script: string): Promise<ExtensionSchemas> {
  const found: ExtensionSchemas = { schemas: [], unread: [] };
  const statements = statementsIn(script).filter((text) => /extension/i.test(text));
  if (statements.length === 0) {
    return found;
  }
  const parser = await sqlParser();
  for (const statement of statements) {
    const parsed = parser.statements(statement);
    if ('read' in parsed) {
      found.schemas.push(...parsed.read.flatMap(({ kind, node }) => schemaOf(kind, node)));
    } else if (/pgtap/i.test(statement)) {
      found.unread.push(statement.trim().replace(/;$/, ''));
    }
  }
  return found;
}

interface Option {
  DefElem?: { defname?: string; arg?: { String?: { sval?: string } } };
}

function schemaOf(kind: string, { extname, options = [] }: Record<string, unknown>): string[] {
  if (kind !== 'CreateExtensionStmt' || extname !== 'pgtap') {
    return [];
  }
  return (options as Option[]).flatMap(({ DefElem: option }) => {
    const name = option?.defname === 'schema' ? option.arg?.String?.sval : undefined;
    return name === undefined ? [] : [name];
  });
}

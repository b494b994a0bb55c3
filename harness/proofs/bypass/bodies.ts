import { readFileSync } from 'node:fs';

import { sqlParser, type SqlParser, type SqlToken } from '../../postgres/parsed-sql.ts';

/** The body of a function as the checks read it. */
export interface Body {
  /** Without comments. */
  source: string;
  /** Also without the contents of its strings. */
  code: string;
}

const bodiesSql = readFileSync(new URL('bodies.sql', import.meta.url), 'utf8');

/** The bodies of SECURITY DEFINER functions, by oid. A body that the parser cannot read stays as it is. */
export async function readBodies(
  ask: (sql: string, values: readonly unknown[]) => Promise<Record<string, unknown>[]>,
): Promise<Record<string, Body>> {
  const rows = (await ask(bodiesSql, [])) as { oid: string; body: string }[];
  if (rows.length === 0) {
    return {};
  }
  const parser = await sqlParser();
  return Object.fromEntries(rows.map(({ oid, body }) => [oid, bodyOf(parser, body)]));
}

function bodyOf(parser: SqlParser, body: string): Body {
  const tokens = parser.tokens(body);
  if ('fault' in tokens) {
    return { source: body, code: body };
  }
  return {
    source: replaced(body, tokens.read, { comment: ' ' }),
    code: replaced(body, tokens.read, { comment: ' ', string: `''` }),
  };
}

function replaced(body: string, tokens: readonly SqlToken[], by: Partial<Record<SqlToken['kind'], string>>): string {
  let text = '';
  let at = 0;
  for (const { kind, start, end } of tokens) {
    const instead = by[kind];
    if (instead !== undefined) {
      text += body.slice(at, start) + instead;
      at = end;
    }
  }
  return text + body.slice(at);
}

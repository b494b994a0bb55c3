import { readFileSync } from 'node:fs';

import type { SqlText } from '../common/sql.ts';

const waysSql = readFileSync(new URL('sql/way-to-role.sql', import.meta.url), 'utf8');

/**
 * Reads a query from a file and inserts the arms `set` and `grant` of its CASE for `:ways`. The session is `me`, the role `r`.
 */
export function readWithWays(file: URL): SqlText {
  return readFileSync(file, 'utf8').replace(':ways', () => waysSql);
}

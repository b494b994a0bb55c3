import { readFileSync } from 'node:fs';

import type { SqlText } from '../common/sql.ts';

const waysSql = readFileSync(new URL('sql/way-to-role.sql', import.meta.url), 'utf8');

/** A query of a file, with the arms `set` and `grant` of its CASE in the place of `:ways`: who is asked about is `me`, as whom `r`. */
export function readWithWays(file: URL): SqlText {
  return readFileSync(file, 'utf8').replace(':ways', () => waysSql);
}

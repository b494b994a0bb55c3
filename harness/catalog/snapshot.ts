import { readdir, readFile } from 'node:fs/promises';

import type { Fact, FactKind } from './fact.ts';
import { sortFacts } from './fact-text.ts';

/** Runs one statement and gives its rows, `jsonb` already parsed. */
export type Read = (sql: string) => Promise<Record<string, unknown>[]>;

/**
 * What to run right after `begin isolation level repeatable read read only`: without it the server would print names,
 * times and constants in the caller's way, and the same state would not give the same facts.
 */
export const snapshotSettings = `
  set local search_path = '';
  set local timezone = 'UTC';
  set local datestyle = 'ISO, YMD';
  set local intervalstyle = 'postgres';
  set local extra_float_digits = 1;
  set local bytea_output = 'hex';
  set local quote_all_identifiers = off;
  set local jit = off;
`;

const folder = new URL('./sql/', import.meta.url);

/** The privilege state of one database, sorted: everything in one statement, however many objects there are. */
export async function snapshot(read: Read, serverVersionNum: number): Promise<Fact[]> {
  const statements = await statementsFor(serverVersionNum);
  const rows = await read(
    statements.map((statement) => `select * from (\n${statement}\n) as part`).join('\nunion all\n'),
  );
  return sortFacts(rows.map(toFact));
}

/** The statements that this server can answer: a file whose first line is `-- since: 15` needs PostgreSQL 15. */
export async function statementsFor(serverVersionNum: number): Promise<string[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort();
  const texts = await Promise.all(names.map((name) => readFile(new URL(name, folder), 'utf8')));
  return texts
    .filter((text) => serverVersionNum >= 10_000 * Number(/^-- since: (\d+)/.exec(text)?.[1] ?? 0))
    .map((text) => text.replace(/;\s*$/, ''));
}

function toFact(row: Record<string, unknown>): Fact {
  return {
    kind: row.kind as FactKind,
    object: String(row.object),
    role: String(row.role),
    property: String(row.property),
    detail: row.detail as Fact['detail'],
  };
}

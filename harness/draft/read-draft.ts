import type { Fact } from '../catalog/fact.ts';
import type { RoleName, SqlName } from '../common/sql.ts';
import { sqlParser } from '../postgres/parsed-sql.ts';
import type { Session } from '../postgres/session.ts';
import { draftOf, type Draft } from './draft.ts';
import type { Brought } from './platform.ts';
import { readDefinerFunctions, readSettingFunctions, readTables, type TableColumns } from './tables.ts';

/** Drafts from the facts and the catalogs of a database. Any role that may read the catalogs can do this. */
export async function readDraft(
  session: Session,
  facts: readonly Fact[],
  brought: Brought | undefined,
  admins?: ReadonlySet<RoleName>,
): Promise<{ draft: Draft; tables: ReadonlyMap<SqlName, TableColumns> }> {
  // Without what the facts leave out, such as the tables in which a migration tool records what it has run.
  const judged = new Set(facts.filter(({ property }) => property === 'owner').map(({ object }) => object));
  const tables = new Map([...(await readTables(session))].filter(([table]) => judged.has(table)));
  const functions = await readSettingFunctions(session);
  const definerFunctions = await readDefinerFunctions(session);
  return { draft: draftOf({ facts, tables, functions, definerFunctions }, await sqlParser(), brought, admins), tables };
}

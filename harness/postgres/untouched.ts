import type { Session } from './session.ts';

const untouchedSql = `select pg_catalog.bool_and(pg_catalog.current_setting(name, true) is null) is not false as untouched
  from pg_catalog.unnest($1::text[]) as setting (name)`;

/** Whether a session has never made any of these settings. Once it has, they read '' and not NULL. */
export async function isUntouched(session: Session, settings: readonly string[]): Promise<boolean> {
  const [row] = await session.query<{ untouched: boolean }>(untouchedSql, [[...settings]]);
  return row!.untouched;
}

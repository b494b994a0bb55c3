import type { Session } from './session.ts';

/** Whether a session's current role is a superuser. */
export async function isSuperuser(session: Session): Promise<boolean> {
  const [role] = await session.query<{ super: boolean }>(
    'select rolsuper as super from pg_catalog.pg_roles where rolname = current_user',
  );
  return role?.super === true;
}

import { sql, type RoleName, type SqlText } from '../common/sql.ts';
import { roleSql } from '../catalog/role-name.ts';
import type { Session } from '../postgres/session.ts';
import { readWithWays } from './way-to-role.ts';

const actingSql = readWithWays(new URL('sql/acting.sql', import.meta.url));

/** How a session acts as a role in a transaction, and how it becomes itself again. */
export interface Acting {
  /** Set if the session takes the role by SET ROLE; absent for a session of the role's own login. */
  by?: 'set role';
  /** Statements by which the session grants itself the role first. */
  give: readonly SqlText[];
  become: readonly SqlText[];
  back: SqlText;
}

/**
 * How `session` acts as each of `roles`. A superuser acts as if it had logged in as the role. Another role uses SET ROLE, after
 * granting itself the role if it may. A role that the session cannot act as is left out.
 */
export async function readActing(session: Session, roles: readonly RoleName[]): Promise<ReadonlyMap<RoleName, Acting>> {
  const rows = await session.query<{ role: RoleName; way: 'login' | 'set' | 'grant' | null }>(actingSql, [roles]);
  return new Map(
    rows.flatMap(({ role, way }): [RoleName, Acting][] => {
      const name = roleSql(role);
      const taken = sql`set local role ${name}`;
      switch (way) {
        case 'login':
          return [
            [
              role,
              { give: [], become: [sql`set local session authorization ${name}`], back: 'reset session authorization' },
            ],
          ];
        case 'set':
          return [[role, { by: 'set role', give: [], become: [taken], back: 'reset role' }]];
        case 'grant':
          return [
            [role, { by: 'set role', give: [sql`grant ${name} to current_user`], become: [taken], back: 'reset role' }],
          ];
        case null:
          return [];
      }
    }),
  );
}

import { sql, type RoleName, type SqlText } from '../common/sql.ts';
import { roleSql } from '../catalog/role-name.ts';
import type { Session } from '../postgres/session.ts';
import { readWithWays } from './way-to-role.ts';

const actingSql = readWithWays(new URL('sql/acting.sql', import.meta.url));

/** How a session acts as a role in a transaction, and is itself again. */
export interface Acting {
  /** Set where it takes the role, and is not a session of the role’s own. */
  by?: 'set role';
  /** What it gives itself first. */
  give: readonly SqlText[];
  become: readonly SqlText[];
  back: SqlText;
}

/**
 * How `session` acts as each of `roles`: a superuser as if it had logged in as that, another by SET ROLE where it may, or may
 * give itself the role first. One that it cannot act as is left out.
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

import { powers } from '../catalog/roles-having.ts';
import type { RoleName } from '../common/sql.ts';
import type { Server } from './server.ts';

/** Whether members of a provider's role may do things that no grant in a database shows. */
export function givesPower(server: Server | undefined, role: RoleName): boolean {
  const made = server?.profile.roles[role];
  if (server === undefined || made === undefined) {
    return false;
  }
  return (
    made.power ||
    server.profile.admin.member_of.includes(role) ||
    made.attributes.some((attribute) => powers.includes(attribute.toLowerCase())) ||
    made.member_of.some((group) => group.startsWith('pg_') || givesPower(server, group))
  );
}

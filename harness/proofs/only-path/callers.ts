import { randomBytes } from 'node:crypto';

import type { Acting } from '../../attempts/acting-as.ts';
import { sql, type SqlName, type SqlText } from '../../common/sql.ts';
import { quoteIdentifier } from '../../postgres/quote.ts';

/** Who calls a gateway: the name of the role, and the statements by which the superuser's session acts as it. */
export interface Caller {
  as: string;
  by?: 'set role';
  give?: readonly SqlText[];
  become: readonly SqlText[];
}

/** Those of the roles that the session can act as. */
export function callersOf(roles: readonly string[], acting: ReadonlyMap<string, Acting>): Caller[] {
  return roles.flatMap((role) => {
    const as = acting.get(role);
    return as === undefined ? [] : [{ as: role, ...as }];
  });
}

/** Its name is random, so that two runs in one cluster do not wait for each other. */
export function theStranger(schema: SqlName): Caller {
  const role = quoteIdentifier(`rolecall_stranger_${randomBytes(6).toString('hex')}`);
  return {
    as: 'a stranger',
    become: [
      sql`create role ${role} nologin`,
      sql`grant usage on schema ${schema} to ${role}`,
      sql`set local session authorization ${role}`,
    ],
  };
}

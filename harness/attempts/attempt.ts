import type { RawName } from '../common/sql.ts';
import type { PositiveControl, Reply } from './outcome.ts';

export type { PositiveControl, Reply } from './outcome.ts';

/** A statement executed as a real login and rolled back. */
export interface Attempt extends Reply {
  kind: 'attempt';
  /** `attempt/<identity>/<object>/<command>/<context>`. In a session that the contract names, `<identity>@<session>`. */
  key: string;
  /** The identity whose privileges are used: the login, or the role that its session assumes. */
  identity: string;
  /** The session that the contract names; absent if the login is used as it is. */
  session?: string;
  /** The login of the connection, if it assumed a role. */
  login?: string;
  object: string;
  /** The statement's name: `SELECT`, `SELECT FOR UPDATE`, `UPDATE re-home`, `EXECUTE`, … */
  command: string;
  /** The first privilege it needs: `SELECT`, `INSERT`, `UPDATE`, `DELETE` or `EXECUTE`. */
  access: string;
  /** Tenant context, or `none` for an object that has no tenant. */
  context: string;
  /** The statement, with `…` for each value copied from a row. */
  sql: string;
  /** Rows that were reached and do not belong to the context's tenant. For changed rows a lower bound. */
  foreign_rows: number;
  control: PositiveControl | null;
  /** Why the rows that it needs could not be set up; absent if they were. */
  unproven?: string;
  /** What a session claimed to be, in a context with several ways to claim it; absent in other contexts. */
  value?: string;
  /** How many rows of the context's tenant were not seen; absent if all were seen, or if the number is not known. */
  missing_rows?: number;
  /** The key of one of the rows that are not the tenant's; absent if none was reached, or none can be named. */
  foreign_row?: string;
  /** The key of one of the rows that were not seen; absent if all were, or none can be named. */
  missing_row?: string;
  /** Whether the same statement, restricted to rows of others, touched none; absent if it was not or could not be tried. */
  others_closed?: boolean;
  /**
   * Whether the table held the same rows after a write that touched no row or was refused was committed; absent if none was
   * committed.
   */
  row_unchanged?: boolean;
}

/** A `has_*_privilege` question asked as superuser. */
export interface CatalogAnswer {
  kind: 'catalog';
  /** `catalog/<identity>/<object>/<access>` */
  key: string;
  identity: string;
  object: string;
  /** The privilege that was asked about. */
  privilege: string;
  /** The privilege in words: the privilege itself, or `PRIVILEGE of any column`. */
  access: string;
  /** `absent` if the role or the object does not exist. */
  answer: boolean | 'absent';
  /** The function of the server that was asked. */
  question: 'has_table_privilege' | 'has_any_column_privilege' | 'has_function_privilege';
  sql: string;
}

/** One row of what was seen by a question put to the live database. */
export type Probe = CatalogAnswer | Attempt;

/** Who made an attempt, in words: the identity, and by which login. */
export function whoIs({ identity, session, login }: Pick<Attempt, 'identity' | 'session' | 'login'>): string {
  return session === undefined
    ? identity
    : `${identity} (session ${session}${login === undefined ? '' : ` of ${login}`})`;
}

/** The `value` of an attempt whose session took a role. */
export function takingRole(role: RawName): string {
  return `SET ROLE ${role}`;
}

/** The role that the session of an attempt took, from its `value`; undefined if it took none. */
export function roleTaken(value: string): RawName | undefined {
  return /^SET ROLE (.*)$/s.exec(value)?.[1];
}

/** Whether an attempt can show access that the contract declares: as the own tenant, without tenants, or as nobody. */
export function isUsual(attempt: Pick<Attempt, 'context' | 'session'>, hasSessions: boolean): boolean {
  return usual.has(attempt.context) || isNobody(attempt, hasSessions);
}

const usual: ReadonlySet<string> = new Set(['own-tenant', 'none', 'sees-all']);

/** Whether an attempt was made without a tenant. Row security may then close what grants allow. */
export function isNobody({ context, session }: Pick<Attempt, 'context' | 'session'>, hasSessions: boolean): boolean {
  return (
    context === 'sees-open' ||
    context === 'after-reset-role' ||
    (hasSessions && session === undefined && context === 'never-set')
  );
}

/** The key of the attempt with the same command, or with `command`, in another context. */
export function keyIn(
  {
    identity,
    session,
    object,
    command,
  }: Pick<Attempt, 'identity' | 'object' | 'command'> & { session?: string | undefined },
  context: string,
): string {
  const who = session === undefined ? identity : `${identity}@${session}`;
  // `join` gives one flat string. Concatenation would keep its parts, a hundred megabytes for the keys of a large schema.
  return ['attempt', who, object, command, context].join('/');
}

import type { RawName } from '../common/sql.ts';
import type { PositiveControl, Reply } from './outcome.ts';

export type { PositiveControl, Reply } from './outcome.ts';

/** A statement executed as a real login and rolled back. */
export interface Attempt extends Reply {
  kind: 'attempt';
  /** `attempt/<identity>/<object>/<command>/<context>`; in a session that the contract names, `<identity>@<session>`. */
  key: string;
  /** Whose privileges are used: the login, or the role that its session assumes. */
  identity: string;
  /** The session that the contract names; absent where a login is only itself. */
  session?: string;
  /** The login of the connection, where it assumed a role. */
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
  /** Rows that were reached and are not of the context's tenant: at least so many, for rows that were changed. */
  foreign_rows: number;
  control: PositiveControl | null;
  /** Why the rows it needs could not be set up; absent where they were. */
  unproven?: string;
  /** What a session said that it is, of a context with several ways to say it; absent in other contexts. */
  value?: string;
  /** How many rows that the context's tenant has were not seen; absent where all were, or nothing says how many. */
  missing_rows?: number;
  /** The key of one of the rows that are not the tenant's; absent where none was reached, or none can be named. */
  foreign_row?: string;
  /** The key of one of the rows that were not seen; absent where all were, or none can be named. */
  missing_row?: string;
  /** Whether the same statement, on the rows that are not the tenant's alone, came to none; absent where it was not asked or could not be. */
  others_closed?: boolean;
  /** Whether the table held the same rows after a write that was refused and committed; absent where none was. */
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
  /** The question in words: the privilege, or the privilege `of any column`. */
  access: string;
  /** `absent` where the role or the object is not there. */
  answer: boolean | 'absent';
  /** The server's function that was asked. */
  question: 'has_table_privilege' | 'has_any_column_privilege' | 'has_function_privilege';
  sql: string;
}

/** One row of what was seen by a question put to the live database. */
export type Probe = CatalogAnswer | Attempt;

/** Who made an attempt, in words: the identity, and how a login became it. */
export function whoIs({ identity, session, login }: Pick<Attempt, 'identity' | 'session' | 'login'>): string {
  return session === undefined
    ? identity
    : `${identity} (session ${session}${login === undefined ? '' : ` of ${login}`})`;
}

/** The `value` of an attempt whose session took a role. */
export function takingRole(role: RawName): string {
  return `SET ROLE ${role}`;
}

/** The role that the session of an attempt took, by its `value`; undefined where it took none. */
export function roleTaken(value: string): RawName | undefined {
  return /^SET ROLE (.*)$/s.exec(value)?.[1];
}

/** What of a contract’s declared access an attempt is to show: as somebody, where there is no tenant, or as nobody. */
export function isUsual(attempt: Pick<Attempt, 'context' | 'session'>, hasSessions: boolean): boolean {
  return usual.has(attempt.context) || isNobody(attempt, hasSessions);
}

const usual: ReadonlySet<string> = new Set(['own-tenant', 'none', 'sees-all']);

/** Whether an attempt was made as nobody: row security may then close what grants let in. */
export function isNobody({ context, session }: Pick<Attempt, 'context' | 'session'>, hasSessions: boolean): boolean {
  return (
    context === 'sees-open' ||
    context === 'after-reset-role' ||
    (hasSessions && session === undefined && context === 'never-set')
  );
}

/** The key of the attempt that did the same, or `command`, in another context. */
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
  // Joined, it is one flat text: glued from parts, a large schema's keys take a hundred megabytes.
  return ['attempt', who, object, command, context].join('/');
}

/** Exit codes of every command. 130 and 143 come from the signal that ended the run. */
export const exitCode = { holds: 0, broken: 1, misuse: 2, inconclusive: 3 } as const;

export type ErrorCode =
  | 'bad-argument'
  | 'bad-contract'
  | 'bad-suite'
  | 'bad-pack'
  | 'catalogs-unreadable'
  | 'child-failed'
  | 'connection-failed'
  | 'connection-lost'
  | 'disk-full'
  | 'docker-missing'
  | 'image-missing'
  | 'interrupted'
  | 'migration-failed'
  | 'provision-failed'
  | 'release-failed'
  | 'seed-failed'
  | 'server-silent'
  | 'signing-failed'
  | 'sql-failed'
  | 'timed-out'
  | 'topology-unavailable'
  | 'topology-failed';

/** A statement of a file that the server refused, and the server's words. */
export interface RefusedStatement {
  file: string;
  line: number;
  /** The innermost statement that the server names. */
  statement: string;
  sqlstate: string;
  message: string;
  /** The server's DETAIL; '' if there is none. */
  detail: string;
}

export interface RolecallErrorOptions {
  /** What was being done and what went wrong, for a person. */
  message: string;
  /** What to do next, one sentence. */
  next?: string;
  cause?: unknown;
  /** Set if the server refused a statement of the project. */
  refused?: RefusedStatement | undefined;
  /** @default exitCode.misuse */
  exit?: number;
}

/** The only error class: a stable code, the cause, and the next step. Any other thrown error is a bug. */
export class RolecallError extends Error {
  readonly code: ErrorCode;
  readonly next: string | undefined;
  readonly exit: number;
  readonly refused: RefusedStatement | undefined;

  constructor(code: ErrorCode, { message, next, cause, refused, exit = exitCode.misuse }: RolecallErrorOptions) {
    super(message, { cause });
    this.name = 'RolecallError';
    this.code = code;
    this.next = next;
    this.exit = exit;
    this.refused = refused;
  }
}

/** The message of any thrown value, never empty. */
export function messageOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') {
    return error.errors.map(messageOf).join('; ');
  }
  return error instanceof Error ? error.message || error.name : String(error);
}

import { withoutSecretsOf } from '../common/redaction.ts';
import { serverError, type ServerError } from '../postgres/sql-error.ts';

/** A line of a file. */
export interface Place {
  file: string;
  line: number;
}

export interface FaultDetails extends Place {
  message: string;
  column?: number | undefined;
  /** The text of that line. */
  excerpt?: string | undefined;
  /** The statement that failed. */
  statement?: string | undefined;
  /** The lines that included the file, innermost first. */
  includedAt: readonly Place[];
  cause?: unknown;
}

/** Why a script stopped: where, at which statement, and through which includes. */
export class PsqlFault extends Error {
  readonly details: FaultDetails;
  /** The server's error, if the server refused. */
  readonly server: ServerError | undefined;
  /** Whether a part of the file may have stayed in the database. */
  kept = false;

  constructor(details: FaultDetails) {
    super(details.message, { cause: details.cause });
    this.name = 'PsqlFault';
    this.details = details;
    this.server = serverError(details.cause);
  }

  /** A text about this fault without the secrets of the statement, of which a message may repeat one and a line show a part. */
  hide(text: string): string {
    return withoutSecretsOf(this.details.statement ?? '', text);
  }

  /** `file:line:column: message (SQLSTATE …)`, and nothing else. */
  get headline(): string {
    const { file, line, column } = this.details;
    const at = `${file}:${line}${column === undefined ? '' : `:${column}`}`;
    return `${at}: ${this.hide(this.message)}${this.server === undefined ? '' : ` (SQLSTATE ${this.server.sqlstate})`}`;
  }

  /** The headline, the line with a caret, the server's additions, and the chain of includes. */
  get report(): string {
    const { column, excerpt, includedAt } = this.details;
    const { detail, hint } = this.server ?? {};
    const notes = [
      ...(excerpt === undefined ? [] : [excerpt]),
      ...(detail === undefined ? [] : [`Detail: ${detail}`]),
      ...(hint === undefined ? [] : [`Hint: ${hint}`]),
    ].map((note) => this.hide(note));
    if (excerpt !== undefined && column !== undefined) {
      const before = this.hide([...excerpt].slice(0, column - 1).join(''));
      notes.splice(1, 0, `${' '.repeat([...before].length)}^`);
    }
    return [this.headline, ...notes, ...includedAt.map(({ file, line }) => `included at ${file}:${line}`)].join('\n');
  }
}

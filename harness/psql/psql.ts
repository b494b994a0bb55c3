import type { Notice, StatementResult } from '../postgres/exchange.ts';
import type { Session } from '../postgres/session.ts';
import { printed } from './print-result.ts';
import { setPrinting, testSettings, type PrintSettings } from './print-settings.ts';
import type { PsqlFault } from './psql-fault.ts';
import type { OutputEnd, Shell } from './shell-end.ts';
import { Sender, type StatementHooks } from './sender.ts';
import type { Statement } from './source.ts';
import { Variables } from './variables.ts';

/** What a script is given, and what it may do besides SQL. */
export interface PsqlOptions extends StatementHooks {
  /** Receives what is printed: results, `\echo`. */
  output: (text: string) => void;
  /** Receives messages besides that: notices, warnings, `\warn`. */
  warn: (text: string) => void;
  /** Variables set before the first line. */
  variables?: Readonly<Record<string, string>>;
  /** Printing options as `\pset` takes them. */
  pset?: Readonly<Record<string, string>>;
  /** Undefined if no program may be run. */
  shell?: Shell | undefined;
  /** Opens another session for `\connect`; undefined if a script may not change its connection. */
  connect?: ((request: ConnectRequest) => Promise<Session>) | undefined;
  /** Folder that relative paths of `\i` and `\copy` start from. */
  cwd: string;
  /** Called with each file that is included. */
  onInclude?: ((file: string) => void) | undefined;
  /** Environment of programs, which `\getenv` also reads. */
  env?: Readonly<Record<string, string | undefined>>;
}

/** What `\connect` names. An undefined part stays as it is. */
export interface ConnectRequest {
  database: string | undefined;
  user: string | undefined;
  host: string | undefined;
  port: string | undefined;
}

/** A running script: its session, variables, printing settings, and where its output goes. */
export class Psql {
  session: Session;
  readonly options: PsqlOptions;
  readonly variables = new Variables();
  readonly settings: PrintSettings = testSettings();
  readonly sender: Sender;
  timing = false;
  /** The key that ends restricted mode; undefined outside of it. */
  restricted: string | undefined;
  /** Where results go instead of the output. */
  redirected: OutputEnd | undefined;
  /** Changes by `\setenv` to the environment of programs; undefined removes a variable. */
  readonly shellEnv: Record<string, string | undefined> = {};
  cwd: string;
  /** Whether a statement of the script has ended a transaction. What came before it then stays. */
  endedTransaction = false;
  /** The first statement that failed, if the script continued. */
  firstFault: PsqlFault | undefined;

  constructor(session: Session, options: PsqlOptions) {
    this.session = session;
    this.options = options;
    this.cwd = options.cwd;
    this.sender = new Sender(this);
    this.variables.set('QUIET', 'on');
    this.variables.set('ON_ERROR_STOP', 'on');
    this.noteConnection();
    for (const [name, value] of Object.entries(options.variables ?? {})) {
      this.variables.set(name, value);
    }
    for (const [option, value] of Object.entries(options.pset ?? {})) {
      setPrinting(this.settings, option, value);
    }
  }

  /** Sets the variables that describe the connection. */
  noteConnection(): void {
    const { database, user, host, port } = this.session.target;
    const version = this.session.parameters.get('server_version') ?? '';
    const [major = '', minor = '0'] = version.split(' ')[0]!.split('.');
    for (const [name, value] of Object.entries({
      DBNAME: database,
      USER: user,
      HOST: host,
      PORT: String(port),
      ENCODING: 'UTF8',
      SERVER_VERSION_NAME: version,
      SERVER_VERSION_NUM: String(Number(major) * 10_000 + (Number.parseInt(minor, 10) || 0)),
    })) {
      this.variables.set(name, value);
    }
  }

  /** Whether a statement of the open transaction has failed. */
  get hasFailedTransaction(): boolean {
    return this.session.transaction === 'failed';
  }

  output(text: string): void {
    this.options.output(text);
  }

  /** Where results of statements and `\qecho` go. */
  queryOutput(text: string): void {
    if (this.redirected === undefined) {
      this.output(text);
    } else {
      this.redirected.write(text);
    }
  }

  /** Ends the redirection of results, and redirects them to `end`. */
  redirect(end?: OutputEnd): void {
    const { redirected } = this;
    this.redirected = end;
    redirected?.close();
  }

  warn(text: string): void {
    this.options.warn(text);
  }

  /** Prints the result of a statement. */
  print(result: StatementResult, settings = this.settings, write = (text: string) => this.queryOutput(text)): void {
    write(printed(result, settings));
    const isRead = /^(?:SELECT|FETCH|SHOW|EXPLAIN|VALUES|EXECUTE)\b/.test(result.tag);
    if (!this.variables.isOn('QUIET') && result.tag !== '' && !(result.columns !== undefined && isRead)) {
      write(`${result.tag}\n`);
    }
  }

  /** Passes on a message of the server besides its answers. */
  notice({ severity, message, detail, hint }: Notice, statement: Statement | undefined): void {
    const where = statement === undefined ? '' : `${statement.source.file}:${statement.marks[0]?.line ?? 0}: `;
    const more = [detail && `DETAIL:  ${detail}`, hint && `HINT:  ${hint}`].filter(Boolean).map((text) => `${text!}\n`);
    this.warn(`${where}${severity ?? 'NOTICE'}:  ${message ?? ''}\n${more.join('')}`);
  }
}

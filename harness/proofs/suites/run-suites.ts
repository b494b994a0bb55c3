import { endingOf } from '../../attempts/outcome.ts';
import { sql } from '../../common/sql.ts';
import { quoteIdentifier } from '../../postgres/quote.ts';
import { connect, type Session } from '../../postgres/session.ts';
import { isUntouched } from '../../postgres/untouched.ts';
import type { LoginRefusal } from '../../attempts/try-statement.ts';
import { pgtapPath } from '../../pgtap/pgtap-path.ts';
import type { Progress } from '../../pgtap/progress.ts';
import { refusedRun, runSuite } from '../../pgtap/run-suite.ts';
import { loginOf, rolesOf, type SuiteFile } from '../../pgtap/suite-file.ts';
import type { SuiteRun } from '../../pgtap/suite-run.ts';
import type { BuiltPhase } from '../../attempts/built-phase.ts';
import { logIn } from '../../attempts/logins.ts';

export interface SuiteOptions {
  suites: readonly SuiteFile[];
  /** Schema that pgTAP is in. */
  pgtap: string;
  /** Settings that a session must never have made when a suite begins. */
  settings: readonly string[];
  reporter: Progress;
  signal: AbortSignal;
}

/** Runs every suite in order as its identity. Sessions are reused if they can be made clean. */
export async function runSuites(
  built: BuiltPhase,
  superuser: Session,
  { suites, pgtap, settings, reporter, signal }: SuiteOptions,
): Promise<SuiteRun[]> {
  const sessions = new SuiteSessions(built, pgtapPath(pgtap), settings, signal);
  const logins = new Set(suites.flatMap(rolesOf));
  const withoutTemp = await loginsWithoutTemp(superuser, [...logins]);
  const database = quoteIdentifier(built.superuser.database);
  const runs: SuiteRun[] = [];
  try {
    // plan() makes temporary tables. The grant for it is revoked before the state is read again.
    for (const login of withoutTemp) {
      await superuser.script(sql`grant temporary on database ${database} to ${quoteIdentifier(login)}`);
    }
    for (const suite of suites) {
      const session = await sessions.clean(loginOf(suite));
      const run =
        'outcome' in session
          ? refusedRun(
              suite,
              endingOf({ ...session, rows: 0 }).kind === 'absent' ? 'role-absent' : 'login-refused',
              session.message ?? session.outcome,
            )
          : await runInTransaction(suite, session);
      runs.push(run);
      reporter.onSuite?.(built.phase, run);
    }
  } finally {
    await sessions.close();
    for (const login of withoutTemp) {
      await superuser
        .script(sql`revoke temporary on database ${database} from ${quoteIdentifier(login)}`)
        .catch(() => undefined);
    }
  }
  return runs;
}

/** The changes of a suite that does not begin a transaction must not stay. Its own `begin` is only a warning here. */
async function runInTransaction(suite: SuiteFile, session: Session): Promise<SuiteRun> {
  await session.script('begin');
  return runSuite(suite, session);
}

/** Logins that may not create pgTAP's temporary tables. */
export async function loginsWithoutTemp(superuser: Session, logins: readonly string[]): Promise<string[]> {
  const rows = await superuser.query<{ rolname: string }>(
    `select rolname from pg_catalog.pg_roles
      where rolname = any ($1) and not pg_catalog.has_database_privilege(oid, pg_catalog.current_database(), 'TEMPORARY')
      order by rolname`,
    [[...logins]],
  );
  return rows.map(({ rolname }) => rolname);
}

/** One open session for each role, made clean before each suite: a new session would compile pgTAP's functions again. */
class SuiteSessions {
  readonly #open = new Map<string | undefined, Session>();
  readonly #built: BuiltPhase;
  readonly #path: string;
  readonly #settings: readonly string[];
  readonly #signal: AbortSignal;

  constructor(built: BuiltPhase, path: string, settings: readonly string[], signal: AbortSignal) {
    this.#built = built;
    this.#path = path;
    this.#settings = settings;
    this.#signal = signal;
  }

  async clean(login: string | undefined): Promise<Session | LoginRefusal> {
    const known = this.#open.get(login);
    if (known !== undefined && (await this.#cleaned(known))) {
      return known;
    }
    await known?.close();
    this.#open.delete(login);
    const fresh =
      login === undefined
        ? await connect(this.#built.superuser, { signal: this.#signal })
        : await logIn(this.#built, login, this.#signal);
    if (!('outcome' in fresh)) {
      this.#open.set(login, fresh);
      await fresh.script(this.#path);
    }
    return fresh;
  }

  /** A session that has held a tenant can never be clean again. */
  async #cleaned(session: Session): Promise<boolean> {
    try {
      await session.script('rollback');
      await session.script('discard all');
      await session.script(this.#path);
      return await isUntouched(session, this.#settings);
    } catch {
      this.#signal.throwIfAborted();
      return false;
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#open.values()].map((session) => session.close()));
  }
}

import { settingsOf } from '../contract/sessions.ts';
import { connect, type Session } from '../postgres/session.ts';
import { quoteLiteral } from '../postgres/quote.ts';
import { pgtapPath } from '../pgtap/pgtap-path.ts';
import { runDamaged } from '../pgtap/run-control.ts';
import type { SuiteFile } from '../pgtap/suite-file.ts';
import type { SuiteRun } from '../pgtap/suite-run.ts';
import type { BuiltPhase } from '../attempts/built-phase.ts';
import type { Project } from './project.ts';

// Compiles the functions that every suite calls, and fills the server's caches.
const warmUp = `begin; select plan(1); select is(pg_catalog.has_table_privilege('pg_catalog.pg_class', 'select'), true, 'x'); select * from finish(); rollback`;

/**
 * Runs suites on top of damage, each in a transaction that is rolled back. A session in which no tenant was set is reused.
 * Sessions that suites will use up are prepared while others run.
 */
export class DamagedSuites {
  readonly #built: BuiltPhase;
  readonly #project: Project;
  readonly #pgtap: string;
  readonly #signal: AbortSignal;
  /** Suites that were seen to set a tenant. They get sessions of their own. */
  readonly #setting = new Set<string>();
  #clean: Session | undefined;
  readonly #ready: Promise<Session>[] = [];

  /** `pgtap` is the schema of pgTAP. */
  constructor(built: BuiltPhase, project: Project, pgtap: string, signal: AbortSignal) {
    this.#built = built;
    this.#project = project;
    this.#pgtap = pgtap;
    this.#signal = signal;
  }

  /** Every suite against `damage`, in order. */
  async run(damage: string): Promise<SuiteRun[]> {
    const runs: SuiteRun[] = [];
    for (const suite of this.#project.suites) {
      const session = this.#setting.has(suite.stem) ? await this.#takeNext() : (this.#clean ??= await this.#takeNext());
      runs.push(await runDamaged(session, suite, damage));
      await this.#keepIfClean(session, suite);
    }
    return runs;
  }

  /** After a suite that set a tenant, a suite that must find none would be red whatever its damage. */
  async #keepIfClean(session: Session, { stem }: SuiteFile): Promise<void> {
    if (await this.#cleaned(session)) {
      this.#clean ??= session;
    } else {
      this.#setting.add(stem);
      this.#clean = this.#clean === session ? undefined : this.#clean;
    }
    if (session !== this.#clean) {
      await session.close();
    }
  }

  /** Whether a session is like a new one again. A suite that continues after its end may have changed it for good. */
  async #cleaned(session: Session): Promise<boolean> {
    const never = settingsOf(this.#project.contract).map(
      (name) => `pg_catalog.current_setting(${quoteLiteral(name)}, true) is null`,
    );
    const untouched = `select ${never.length === 0 ? 'true' : never.join(' and ')}`;
    let last = '';
    await session.stream(`reset all; ${pgtapPath(this.#pgtap)}; ${untouched}`, (line) => {
      last = line;
    });
    return last === 't';
  }

  /** A session that was never used. Another one is then prepared for each that was taken. */
  async #takeNext(): Promise<Session> {
    const session = await (this.#ready.shift() ?? this.#connect());
    while (this.#ready.length < this.#setting.size) {
      const next = this.#connect();
      // The caller that takes it sees the error.
      next.catch(() => undefined);
      this.#ready.push(next);
    }
    return session;
  }

  async #connect(): Promise<Session> {
    const session = await connect(this.#built.superuser, { signal: this.#signal });
    await session.script(pgtapPath(this.#pgtap));
    await session.script(warmUp);
    return session;
  }

  async close(): Promise<void> {
    for (const ready of this.#ready) {
      await ready.then(
        (session) => session.close(),
        () => undefined,
      );
    }
    await this.#clean?.close();
    this.#ready.length = 0;
    this.#clean = undefined;
  }
}

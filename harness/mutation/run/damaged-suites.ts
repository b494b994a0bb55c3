import { connect, type Session } from '../../postgres/session.ts';
import { quoteIdentifier } from '../../postgres/quote.ts';
import { runDamaged } from '../../pgtap/run-control.ts';
import type { SuiteFile } from '../../pgtap/suite-file.ts';
import type { SuiteRun } from '../../pgtap/suite-run.ts';
import type { BuiltPhase } from '../../attempts/built-phase.ts';
import type { Project } from '../../pipeline/project.ts';
import { isUntouched, loginsWithoutTemp, pgtapPath } from '../../proofs/suites/run-suites.ts';

/** Runs suites on top of damage, each in a transaction that rolls back; sessions in which no tenant was set are used again. */
export class DamagedSuites {
  readonly #built: BuiltPhase;
  readonly #project: Project;
  readonly #pgtap: string;
  readonly #signal: AbortSignal;
  #clean: Session | undefined;

  /** `pgtap` is the schema that pgTAP is in. */
  constructor(built: BuiltPhase, project: Project, pgtap: string, signal: AbortSignal) {
    this.#built = built;
    this.#project = project;
    this.#pgtap = pgtap;
    this.#signal = signal;
  }

  /** Every suite against `damage`, in order. */
  async run(damage: string): Promise<SuiteRun[]> {
    const withoutTemp = await this.#withoutTemp(damage);
    const runs: SuiteRun[] = [];
    for (const suite of this.#project.suites) {
      runs.push(await runDamaged(await this.#session(), suite, `${damage}\n${this.#temporary(suite, withoutTemp)}`));
      await this.#keepIfClean();
    }
    return runs;
  }

  /** plan() makes temporary tables: a login that may not is let for as long as the suite runs. */
  #temporary({ session, as }: SuiteFile, withoutTemp: readonly string[]): string {
    return session === 'login' && withoutTemp.includes(as!)
      ? `; grant temporary on database ${quoteIdentifier(this.#built.superuser.database)} to ${quoteIdentifier(as!)}`
      : '';
  }

  /** Asked below the damage, which may be that TEMPORARY is gone. */
  async #withoutTemp(damage: string): Promise<string[]> {
    const logins = new Set(this.#project.suites.flatMap(({ session, as }) => (session === 'login' ? [as!] : [])));
    const session = await this.#session();
    await session.script(`begin;\n${damage}`);
    try {
      return await loginsWithoutTemp(session, [...logins]);
    } finally {
      await session.script('rollback');
    }
  }

  async #session(): Promise<Session> {
    if (this.#clean === undefined) {
      this.#clean = await connect(this.#built.superuser, { signal: this.#signal });
      await this.#clean.script(pgtapPath(this.#pgtap));
    }
    return this.#clean;
  }

  /** After a suite that set a tenant, one that must find none would be red whatever its damage. */
  async #keepIfClean(): Promise<void> {
    if (!(await isUntouched(this.#clean!, this.#project.contract.tenancy))) {
      await this.close();
    }
  }

  async close(): Promise<void> {
    await this.#clean?.close();
    this.#clean = undefined;
  }
}

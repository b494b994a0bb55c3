import { connect, type Session } from '../../postgres/session.ts';
import { quoteIdentifier } from '../../postgres/quote.ts';
import { runDamaged } from '../../suites/run-control.ts';
import type { SuiteFile } from '../../suites/suite-file.ts';
import type { SuiteRun } from '../../suites/suite-run.ts';
import type { BuiltPhase } from '../build-phase.ts';
import type { Project } from '../project.ts';
import { isUntouched, loginsWithoutTemp, pgtapPath } from '../run-suites.ts';

/** Runs suites on top of damage, each in a transaction that rolls back; sessions in which no tenant was set are used again. */
export class DamagedSuites {
  readonly #built: BuiltPhase;
  readonly #project: Project;
  readonly #pgtap: string;
  readonly #signal: AbortSignal;
  readonly #withoutTemp: ReadonlySet<string>;
  #clean: Session | undefined;

  private constructor(built: BuiltPhase, project: Project, pgtap: string, withoutTemp: readonly string[], signal: AbortSignal) {
    this.#built = built;
    this.#project = project;
    this.#pgtap = pgtap;
    this.#withoutTemp = new Set(withoutTemp);
    this.#signal = signal;
  }

  /** `pgtap` is the schema that pgTAP is in. */
  static async of(built: BuiltPhase, superuser: Session, project: Project, pgtap: string, signal: AbortSignal): Promise<DamagedSuites> {
    const logins = project.suites.flatMap(({ session, as }) => (session === 'login' ? [as!] : []));
    return new DamagedSuites(built, project, pgtap, await loginsWithoutTemp(superuser, [...new Set(logins)]), signal);
  }

  /** Every suite against `damage`, in order. */
  async run(damage: string): Promise<SuiteRun[]> {
    const runs: SuiteRun[] = [];
    for (const suite of this.#project.suites) {
      runs.push(await runDamaged(await this.#session(), suite, `${damage}\n${this.#temporary(suite)}`));
      await this.#keepIfClean();
    }
    return runs;
  }

  /** plan() makes temporary tables: a login that may not is let for as long as the suite runs. */
  #temporary({ session, as }: SuiteFile): string {
    return session === 'login' && this.#withoutTemp.has(as!) ? `; grant temporary on database ${quoteIdentifier(this.#built.superuser.database)} to ${quoteIdentifier(as!)}` : '';
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

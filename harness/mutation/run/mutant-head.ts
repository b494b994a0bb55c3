import { sqlParser } from '../../postgres/parsed-sql.ts';
import { fingerprint } from '../../catalog/fact-text.ts';
import type { Fact } from '../../catalog/fact.ts';
import { RolecallError, messageOf } from '../../common/errors.ts';
import { diffFacts } from '../../catalog/diff-facts.ts';
import { readDefinitions } from '../definitions.ts';
import type { Mutant, MutationState } from '../mutant.ts';
import { affectedBy } from '../../proofs/affected.ts';
import { beyond, byNobody, resultOf, type KilledBy, type MutantResult } from '../mutant-result.ts';
import { connect } from '../../postgres/session.ts';
import { serverError } from '../../postgres/sql-error.ts';
import { providePgtap } from '../../pgtap/provide-pgtap.ts';
import { today } from '../../common/clock.ts';
import type { Seen } from '../../proofs/observations.ts';
import { buildPhase, type BuildOptions } from '../../pipeline/build-phase.ts';
import type { BuiltPhase } from '../../attempts/built-phase.ts';
import { opening, type DamagedHead } from '../../pipeline/damaged-head.ts';
import { openDamaged } from '../../pipeline/open-damaged.ts';
import { factsOf } from '../../pipeline/head-state.ts';
import { copyDatabase, observeCopy } from './head-copy.ts';
import { answerOf } from './mutant-answer.ts';
import { brokenOff, witnessed, witnesses, witnessesOfToday } from './witnesses.ts';

/**
 * A head in a cluster of its own, on which mutants are tried one after the other: in superuser transactions that are rolled back
 * or, if only a real login sees the damage, in a copy of the database that is dropped.
 */
export class MutantHead {
  readonly built: BuiltPhase;
  readonly #build: BuildOptions;
  readonly #head: DamagedHead;
  readonly #fingerprint: string;
  #green: KilledBy = byNobody();

  private constructor(build: BuildOptions, built: BuiltPhase, head: DamagedHead) {
    this.#build = build;
    this.built = built;
    this.#head = head;
    this.#fingerprint = fingerprint(head.facts);
  }

  /**
   * Builds head on the server of `build`. `accepted` is what its real logins may show and the contract accepts. The caller closes
   * it.
   */
  static async build(build: BuildOptions, accepted: KilledBy = byNobody()): Promise<MutantHead> {
    const { signal, project } = build;
    const built = await buildPhase('head', build);
    const only = await connect(built.superuser, { signal });
    await providePgtap(only, 'load');
    // The template of later copies: a database that somebody is connected to cannot be copied.
    await copyDatabase(built.superuser, only, build);
    const opened = await openDamaged(built, project, signal, () => Promise.resolve({ only: witnesses }));
    const head = new MutantHead(build, built, opened.head);
    head.#green = head.#witnessed(opened.before);
    const unexpected = beyond(accepted, head.#green);
    const red = [
      ...brokenOff(opened.before.suites.suites),
      ...unexpected.pgtap.map(({ suite, number, name }) => `${suite}#${number} ${name}`),
      ...unexpected.attempt.map(({ code, object, identity, access = '' }) => `${code} ${object} ${identity} ${access}`),
    ];
    if (red.length > 0) {
      throw new RolecallError('topology-failed', {
        message: `head is green for its real logins, and not in a transaction of the superuser's in which mutants are tried:\n${red.map((line) => `- ${line}`).join('\n')}`,
        next: 'Look for a suite that depends on settings of its login role or on a transaction of its own.',
      });
    }
    return head;
  }

  /** The privilege state of the undamaged head. */
  get facts(): Fact[] {
    return this.#head.facts;
  }

  /** What operators work on. */
  async state(): Promise<MutationState> {
    const { contract } = this.#build.project;
    return {
      contract,
      facts: this.facts,
      parser: await sqlParser(),
      definitions: await readDefinitions(this.#head.session, contract),
      major: Math.floor(this.#head.version.number / 10_000),
    };
  }

  /** The result of a mutant. Head is then as it was before; otherwise this rejects with `topology-failed`. */
  async tryMutant(mutant: Mutant): Promise<MutantResult> {
    try {
      return mutant.isolation === 'login' ? await this.#tryInCopy(mutant) : await this.#tryInTransaction(mutant);
    } catch (error) {
      const server = serverError(error) ?? serverError((error as Error).cause);
      if (server === undefined || this.#build.signal.aborted) {
        throw error;
      }
      return {
        ...mutant,
        status: 'invalid',
        killed_by: byNobody(),
        notes: [`${messageOf(error)} (SQLSTATE ${server.sqlstate})`],
      };
    }
  }

  async #tryInTransaction(mutant: Mutant): Promise<MutantResult> {
    const damage = `${mutant.sql}\n`;
    const { session } = this.#head;
    const facts = await this.#head.factsWith(damage);
    const isFact = fingerprint(facts) !== this.#fingerprint;
    if (!isFact && (await answerOf(session, mutant, opening(damage))) === (await answerOf(session, mutant))) {
      return { ...mutant, status: 'equivalent', killed_by: byNobody(), notes: [] };
    }
    const { objects, tomorrow } = affectedBy(this.#build.project.contract, this.facts, diffFacts(this.facts, facts));
    const seen = await this.#head.see(damage, facts, { objects, only: tomorrow ? witnesses : witnessesOfToday });
    return resultOf(mutant, beyond(this.#green, this.#witnessed(seen)), brokenOff(seen.suites.suites));
  }

  async #tryInCopy(mutant: Mutant): Promise<MutantResult> {
    const { seen, notSeen, changed } = await observeCopy(this.built, mutant, this.#build, this.#fingerprint);
    if (!(await this.#isUnbroken())) {
      throw new RolecallError('topology-failed', {
        message: `${mutant.id} could not be undone: the head is not as it was`,
        next: 'Report this with the mutant: what it does to the cluster must be undone by its own SQL.',
      });
    }
    if (!changed) {
      return { ...mutant, status: 'equivalent', killed_by: byNobody(), notes: [] };
    }
    // A login that cannot connect notices nothing, but it needs what was taken away.
    return resultOf(mutant, beyond(this.#green, this.#witnessed(seen)), [
      ...brokenOff(seen.suites.suites),
      ...notSeen.map(({ text }) => text),
    ]);
  }

  #witnessed(seen: Seen): KilledBy {
    return witnessed(this.#build.project.contract, seen, today());
  }

  /**
   * Rejects with `topology-failed` if head is not as it was built. What was noticed would then not come from the mutants alone.
   */
  async requireUnbroken(): Promise<void> {
    if (!(await this.#isUnbroken())) {
      throw new RolecallError('topology-failed', {
        message: 'the head is not as it was before the mutants: something committed what should have been rolled back',
        next: 'Look for a suite, or a function that it calls, that ends its transaction.',
      });
    }
  }

  async #isUnbroken(): Promise<boolean> {
    return (
      fingerprint(await factsOf(this.#head.session, this.#head.version.number, this.#build.project.contract)) ===
      this.#fingerprint
    );
  }

  async close(): Promise<void> {
    await this.#head.close();
  }
}

import { fingerprint } from '../../catalog/fact-text.ts';
import type { Fact } from '../../catalog/fact.ts';
import { RolecallError, messageOf } from '../../common/errors.ts';
import { diffFacts } from '../../catalog/diff-facts.ts';
import { identitiesOf } from '../../contract/declared.ts';
import { readDefinitions } from '../definitions.ts';
import type { Mutant, MutationState } from '../mutant.ts';
import { everywhere, reachOf, type MutantReach } from '../reach.ts';
import { beyond, byNobody, resultOf, type KilledBy, type MutantResult } from '../mutant-result.ts';
import { quoteIdentifier } from '../../postgres/quote.ts';
import { connect, type Session } from '../../postgres/session.ts';
import { serverError } from '../../postgres/sql-error.ts';
import { readGround, type Ground } from '../../attempts/ground.ts';
import type { LoginSessions } from '../../attempts/try-statement.ts';
import { providePgtap } from '../../pgtap/provide-pgtap.ts';
import { today } from '../../common/clock.ts';
import type { Subject } from '../../proofs/proof.ts';
import { observeProofs, type Seen } from '../../proofs/observations.ts';
import { contractedAccess } from '../../proofs/closed-world/closed-world.ts';
import { buildPhase, type BuildOptions } from '../../pipeline/build-phase.ts';
import type { BuiltPhase } from '../../attempts/built-phase.ts';
import { factsOf, serverVersion } from '../../pipeline/head-state.ts';
import { isUntouched } from '../../proofs/suites/run-suites.ts';
import { DamagedSuites } from './damaged-suites.ts';
import { copyDatabase, observeCopy } from './head-copy.ts';
import { answerOf } from './mutant-answer.ts';
import { brokenOff, witnessed, witnesses, witnessesOfToday } from './witnesses.ts';

/**
 * A head in a cluster of its own, on which one mutant after another is tried: in transactions of the superuser's that roll
 * back, or, where only a real login sees the damage, in a copy of the database that is dropped.
 */
export class MutantHead {
  readonly built: BuiltPhase;
  readonly version: { text: string; number: number };
  readonly facts: Fact[];
  readonly #build: BuildOptions;
  /** A session of the superuser's that no tenant was ever set in, and one that has held tenants. */
  #untouched: Session;
  readonly #used: Session;
  readonly #suites: DamagedSuites;
  readonly #fingerprint: string;
  readonly #ground: Ground;
  #green: KilledBy = byNobody();

  private constructor(
    build: BuildOptions,
    built: BuiltPhase,
    sessions: [Session, Session],
    suites: DamagedSuites,
    state: { version: { text: string; number: number }; facts: Fact[]; ground: Ground },
  ) {
    this.#build = build;
    this.built = built;
    [this.#untouched, this.#used] = sessions;
    this.#suites = suites;
    this.version = state.version;
    this.facts = state.facts;
    this.#ground = state.ground;
    this.#fingerprint = fingerprint(state.facts);
  }

  /** Builds head on the server of `build`; `accepted` is what its real logins may show and the contract accepts. The caller closes it. */
  static async build(build: BuildOptions, accepted: KilledBy = byNobody()): Promise<MutantHead> {
    const { signal, project } = build;
    const built = await buildPhase('head', build);
    const only = await connect(built.superuser, { signal });
    const pgtap = await providePgtap(only, 'load');
    // The pattern of later copies: a database that somebody is connected to cannot be copied.
    await copyDatabase(built.superuser, only, build);
    const used = await connect(built.superuser, { signal });
    const version = await serverVersion(used);
    const suites = new DamagedSuites(built, project, pgtap!.schema, signal);
    const untouched = await connect(built.superuser, { signal });
    const head = new MutantHead(build, built, [untouched, used], suites, {
      version,
      facts: await factsOf(used, version.number),
      ground: await readGround(used, project.contract),
    });
    const green = await head.#see('', head.facts);
    head.#green = head.#witnessed(green);
    const unexpected = beyond(accepted, head.#green);
    const red = [
      ...brokenOff(green.suites.suites),
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

  /** What operators work on. */
  async state(): Promise<MutationState> {
    const { contract } = this.#build.project;
    return {
      contract,
      facts: this.facts,
      definitions: await readDefinitions(this.#used, contract),
      major: Math.floor(this.version.number / 10_000),
    };
  }

  /** What becomes of a mutant. The head is afterwards as it was; rejects with `topology-failed` when it is not. */
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
    const opening = `begin;\n${damage}`;
    const facts = await factsOf(this.#used, this.version.number, opening);
    const isFact = fingerprint(facts) !== this.#fingerprint;
    if (!isFact && (await answerOf(this.#used, mutant, opening)) === (await answerOf(this.#used, mutant))) {
      return { ...mutant, status: 'equivalent', killed_by: byNobody(), notes: [] };
    }
    // Where no fact differs, none says how far it reaches.
    const seen = await this.#see(
      damage,
      facts,
      isFact ? reachOf(this.#build.project.contract, this.facts, diffFacts(this.facts, facts)) : everywhere,
    );
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
    // A login that does not get in notices nothing, but needs what was taken.
    return resultOf(mutant, beyond(this.#green, this.#witnessed(seen)), [...brokenOff(seen.suites.suites), ...notSeen]);
  }

  /** Everything there is to see of the head with `damage`, in transactions that roll back. */
  async #see(damage: string, facts: Fact[], { objects, tomorrow }: MutantReach = everywhere): Promise<Seen> {
    const { contract } = this.#build.project;
    const begin = `begin;\n${damage}`;
    const subject: Subject = {
      phase: 'head',
      contract,
      version: this.version.number,
      superuser: this.#used,
      logins: this.#logins(begin),
      begin,
      ours: true,
      mayCommit: false,
      objects,
      state: {
        facts,
        access: contractedAccess(contract, facts),
        connectedAs: this.built.superuser.user,
        database: this.built.superuser.database,
        toolSchemaIntact: true,
      },
      ground: () => Promise.resolve(this.#ground),
      runSuites: async () => ({ suites: await this.#suites.run(damage), controls: [], notSeen: [] }),
    };
    const { seen } = await observeProofs(subject, { only: tomorrow ? witnesses : witnessesOfToday });
    await this.#keepUntouched();
    return seen;
  }

  #witnessed(seen: Seen): KilledBy {
    return witnessed(this.#build.project.contract, seen, today());
  }

  #logins(opening: string): Map<string, LoginSessions> {
    const untouched = () => this.#untouched;
    const used = this.#used;
    const renew = () => this.#renew();
    return new Map(
      identitiesOf(this.#build.project.contract, 'login').map((name) => [
        name,
        {
          get untouched() {
            return untouched();
          },
          used,
          begin: opening,
          become: [`set local session authorization ${quoteIdentifier(name)}`],
          renew,
        },
      ]),
    );
  }

  /** A function that was called may have set a tenant. */
  async #keepUntouched(): Promise<void> {
    if (!(await isUntouched(this.#untouched, this.#build.project.contract.tenancy))) {
      await this.#renew();
    }
  }

  async #renew(): Promise<void> {
    await this.#untouched.close();
    this.#untouched = await connect(this.built.superuser, { signal: this.#build.signal });
  }

  /** Rejects with `topology-failed` when the head is not as it was built: then what was noticed is not the mutants' doing alone. */
  async requireUnbroken(): Promise<void> {
    if (!(await this.#isUnbroken())) {
      throw new RolecallError('topology-failed', {
        message: 'the head is not as it was before the mutants: something committed what should have been rolled back',
        next: 'Look for a suite, or a function that it calls, that ends its transaction.',
      });
    }
  }

  async #isUnbroken(): Promise<boolean> {
    return fingerprint(await factsOf(this.#used, this.version.number)) === this.#fingerprint;
  }

  async close(): Promise<void> {
    await Promise.all([this.#untouched.close(), this.#used.close(), this.#suites.close()]);
  }
}

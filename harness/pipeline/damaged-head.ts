import type { BuiltPhase } from '../attempts/built-phase.ts';
import { groundWith, readGround, type Ground } from '../attempts/ground.ts';
import type { LoginSessions } from '../attempts/try-statement.ts';
import { diffFacts } from '../catalog/diff-facts.ts';
import type { Fact } from '../catalog/fact.ts';
import { sql } from '../common/sql.ts';
import { identitiesOf } from '../contract/declared.ts';
import { settingsOf } from '../contract/sessions.ts';
import { providePgtap } from '../pgtap/provide-pgtap.ts';
import { quoteIdentifier } from '../postgres/quote.ts';
import { connect, type Session } from '../postgres/session.ts';
import { contractedAccess } from '../proofs/closed-world/judge.ts';
import { observeProofs, type Seen } from '../proofs/observations.ts';
import type { Subject } from '../proofs/proof.ts';
import { isUntouched } from '../postgres/untouched.ts';
import { DamagedSuites } from './damaged-suites.ts';
import { factsOf, serverVersion } from './head-state.ts';
import type { Project } from './project.ts';

/** What is observed, and by which proofs. */
export interface Sight {
  /** Objects of the contract to try; undefined for all. */
  objects?: ReadonlySet<string> | undefined;
  /** Names of the proofs to run; undefined for all. */
  only?: ReadonlySet<string>;
}

/** A depth at which a change that recurses without end is soon seen to: see `openDamaged`. */
export const shallowStack = '-c max_stack_depth=256kB';

/**
 * A head that is observed with changes on top, each in superuser transactions that are rolled back. The superuser acts as the
 * logins by `SET SESSION AUTHORIZATION`. The caller closes it.
 */
export class DamagedHead {
  readonly version: { text: string; number: number };
  /** The state without any change. */
  readonly facts: Fact[];
  /** The superuser's own session. Nothing that a login does in the others affects what was prepared in it. */
  readonly session: Session;
  /** A session that has held tenants. The other one, in which no tenant was ever set, is replaced if one was. */
  readonly #used: Session;
  readonly #built: BuiltPhase;
  readonly #project: Project;
  readonly #signal: AbortSignal;
  readonly #suites: DamagedSuites;
  readonly #ground: Ground;
  readonly #settings: string;
  #untouched: Session;

  private constructor(
    built: BuiltPhase,
    project: Project,
    signal: AbortSignal,
    state: Pick<DamagedHead, 'version' | 'facts' | 'session'> & {
      suites: DamagedSuites;
      ground: Ground;
      untouched: Session;
      used: Session;
      settings: string;
    },
  ) {
    this.#built = built;
    this.#project = project;
    this.#signal = signal;
    this.version = state.version;
    this.facts = state.facts;
    this.session = state.session;
    this.#suites = state.suites;
    this.#ground = state.ground;
    this.#untouched = state.untouched;
    this.#used = state.used;
    this.#settings = state.settings;
  }

  /** Opens what was built; pgTAP is loaded where it is not there. `settings` are those of the sessions that stand for logins, as PGOPTIONS writes them. */
  static async open(built: BuiltPhase, project: Project, signal: AbortSignal, settings = ''): Promise<DamagedHead> {
    const session = await connect(built.superuser, { signal });
    const pgtap = await providePgtap(session, 'load');
    const version = await serverVersion(session);
    return new DamagedHead(built, project, signal, {
      version,
      session,
      facts: await factsOf(session, version.number, project.contract),
      suites: new DamagedSuites(built, project, pgtap!.schema, signal),
      ground: await readGround(session, project.contract),
      untouched: await connect(built.superuser, { signal, settings }),
      used: await connect(built.superuser, { signal, settings }),
      settings,
    });
  }

  /** The state with a change on top. */
  factsWith(change: string): Promise<Fact[]> {
    return factsOf(this.session, this.version.number, this.#project.contract, opening(change));
  }

  /** The observation with a change on top, whose state is `facts`. */
  async see(change: string, facts: Fact[], { objects, only }: Sight = {}): Promise<Seen> {
    const { contract } = this.#project;
    const begin = opening(change);
    const { user, database } = this.#built.superuser;
    let ground: Promise<Ground> | undefined;
    const subject: Subject = {
      phase: 'head',
      contract,
      version: this.version.number,
      superuser: this.session,
      logins: this.#logins(begin),
      begin,
      ours: true,
      mayCommit: false,
      objects,
      state: {
        facts,
        access: contractedAccess(contract, facts),
        connectedAs: user,
        database,
        toolSchemaIntact: true,
      },
      ground: () => (ground ??= this.#groundWith(begin, facts)),
      runSuites: async () => ({ suites: await this.#suites.run(change), controls: [], notSeen: [] }),
    };
    const { seen } = await observeProofs(subject, only === undefined ? {} : { only });
    await this.#keepUntouched();
    return seen;
  }

  #groundWith(begin: string, facts: Fact[]): Promise<Ground> {
    const { added, removed } = diffFacts(this.facts, facts);
    const changed = new Set([...added, ...removed].map(({ kind }) => kind));
    return groundWith(this.session, this.#project.contract, this.#ground, begin, changed);
  }

  #logins(begin: string): Map<string, LoginSessions> {
    const untouched = () => this.#untouched;
    return new Map(
      identitiesOf(this.#project.contract, 'login').map((name) => [
        name,
        {
          get untouched() {
            return untouched();
          },
          used: this.#used,
          begin,
          become: [sql`set local session authorization ${quoteIdentifier(name)}`],
          renew: () => this.#renew(),
        },
      ]),
    );
  }

  /** A called function may have set a tenant. */
  async #keepUntouched(): Promise<void> {
    if (!(await isUntouched(this.#untouched, settingsOf(this.#project.contract)))) {
      await this.#renew();
    }
  }

  async #renew(): Promise<void> {
    await this.#untouched.close();
    this.#untouched = await connect(this.#built.superuser, { signal: this.#signal, settings: this.#settings });
  }

  async close(): Promise<void> {
    await Promise.all([this.#untouched, this.#used, this.session, this.#suites].map((one) => one.close()));
  }
}

/** Begins a transaction with a change on top. */
export function opening(change: string): string {
  return `begin;\n${change}`;
}

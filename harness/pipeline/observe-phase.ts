import { fingerprint } from '../catalog/fact-text.ts';
import { diffFacts, type FactDiff } from '../catalog/diff-facts.ts';
import { stopwatch } from '../common/clock.ts';
import type { ProofLevel } from '../common/proof-level.ts';
import { messageOf, RolecallError } from '../common/errors.ts';
import type { BuiltPhase } from '../attempts/built-phase.ts';
import type { ParsedContract } from '../contract/contract.ts';
import { contractedObjects } from '../contract/declared.ts';
import { readGround, type Ground } from '../attempts/ground.ts';
import { readGroundOfOthers } from '../attempts/ground-of-others.ts';
import { closeAll, logInAll } from '../attempts/logins.ts';
import { checkTenancy, type TenancyFault } from '../attempts/tenancy-check.ts';
import type { Progress } from '../pgtap/progress.ts';
import { isToolSchemaIntact } from '../pgtap/provide-pgtap.ts';
import { loginRefusal, type Session } from '../postgres/session.ts';
import { isSuperuser } from '../postgres/is-superuser.ts';
import { serverError } from '../postgres/sql-error.ts';
import { connectUnhindered } from '../postgres/unhindered.ts';
import type { Releasers } from '../process/releasers.ts';
import { contractedAccess } from '../proofs/closed-world/judge.ts';
import { missedAt, notGiven, oneOfMany, unmissedIn, type NotSeen } from '../findings/not-seen.ts';
import { observeProofs, type ProvenAs, type Seen } from '../proofs/observations.ts';
import type { Subject } from '../proofs/proof.ts';
import { observeSuites, type SuitePermission } from '../proofs/suites/observe.ts';
import { closedSchemas, leftToSuperusers, withoutControls, withoutSnapshot } from './as-admin.ts';
import { factsOf, serverVersion } from './head-state.ts';
import type { Project } from './project.ts';

/** Everything that was seen in one phase. */
export interface PhaseObservation {
  serverVersion: string;
  fingerprint: string;
  seen: Seen;
  /** What observing changed: nothing, or it is a finding. */
  traces: FactDiff;
  /** What could not be seen or run. */
  notSeen: NotSeen[];
  /** Tables about which nothing is proven, because their rows contradict the contract's tenants. */
  tenancyFaults: TenancyFault[];
  /** How far the database was proven. */
  proof: ProvenAs;
}

export interface ObserveOptions {
  project: Project;
  reporter: Progress;
  signal: AbortSignal;
  /** Releases what must not outlive the command even if it is interrupted. */
  releasers?: Releasers;
  /** Undefined: only catalogs are read. */
  statements: SuitePermission | undefined;
}

/** Observes a database: its state, what the proofs see as far as statements are permitted, and its state again. */
export async function observePhase(built: BuiltPhase, options: ObserveOptions): Promise<PhaseObservation> {
  const { project, reporter, signal, statements } = options;
  const superuser = await connectUnhindered(built.superuser, { signal });
  let keeper: Session | undefined;
  try {
    const elapsed = stopwatch();
    const version = await serverVersion(superuser);
    const facts = await factsOf(superuser, version.number, project.contract);
    reporter.onStep?.(built.phase, `${facts.length} facts of the privilege state`, elapsed());
    const ours = statements?.own === true;
    const level: ProofLevel = (await isSuperuser(superuser)) ? 'full' : 'login';
    let ground: Promise<Ground> | undefined;
    const live = async () => {
      keeper = await connectUnhindered(built.superuser, { signal });
      await keeper.script(liveLimits);
      return readGroundOfOthers(keeper, built, project.contract, signal);
    };
    const asAdmin = async () => {
      const seen = await live();
      // Nobody else writes here, and what is locked could not be changed.
      await keeper!.close();
      return withoutSnapshot(seen);
    };
    const subject: Subject = {
      phase: built.phase,
      contract: project.contract,
      version: version.number,
      superuser,
      logins: new Map(),
      begin: 'begin',
      ours,
      mayCommit: ours,
      state: {
        facts,
        access: contractedAccess(project.contract, facts),
        connectedAs: built.superuser.user,
        database: built.superuser.database,
        toolSchemaIntact: await isToolSchemaIntact(superuser),
      },
      ground: () =>
        (ground ??= !ours ? live() : level === 'full' ? readGround(superuser, project.contract) : asAdmin()),
      runSuites: () => Promise.reject(new Error('no suite may be run')),
    };
    const {
      seen,
      notSeen,
      proof,
      tenancyFaults = [],
    } = statements === undefined
      ? await read(subject)
      : await runStatements(built, subject, options, statements, level);
    const after = statements === undefined ? facts : await factsOf(superuser, version.number, project.contract);
    return {
      serverVersion: version.text,
      fingerprint: fingerprint(facts),
      seen,
      traces: diffFacts(facts, after),
      notSeen,
      tenancyFaults,
      proof,
    };
  } finally {
    await keeper?.close();
    await superuser.close();
  }
}

/** A live system must not wait for us, nor we for it. */
const liveLimits = `set lock_timeout = '2s'; set statement_timeout = '60s'`;

interface SeenOrNot {
  seen: Seen;
  notSeen: NotSeen[];
  proof: ProvenAs;
  tenancyFaults?: TenancyFault[];
}

/** Reads only catalogs, in transactions that cannot write, and says why no more. */
async function read(subject: Subject, ...why: NotSeen[]): Promise<SeenOrNot> {
  await subject.superuser.script('set default_transaction_read_only = on');
  const { seen, notSeen, proof } = await observeProofs(subject, { depth: 'catalog' });
  const ofCatalogs = notSeen.map((one) => missedAt('catalog', one));
  return { seen, notSeen: [...why, ...ofCatalogs], proof };
}

/** In a database that is not ours, what cannot be run is reported, and a proof whose needs are missing is not tried. */
async function runStatements(
  built: BuiltPhase,
  subject: Subject,
  options: ObserveOptions,
  permission: SuitePermission,
  level: ProofLevel,
): Promise<SeenOrNot> {
  const { superuser, contract } = subject;
  if (permission.own) {
    const all = await runAll(built, subject, options, withoutControls(permission, level), level);
    return { ...all, notSeen: [...leftToSuperusers(superuser, level), ...all.notSeen] };
  }
  const [server] = await superuser.query<{ recovering: boolean }>(
    'select pg_catalog.pg_is_in_recovery() as recovering',
  );
  // Without a login, a role without superuser learns nothing beyond its catalogs.
  if (level === 'login' && built.logins.size === 0) {
    return read(
      subject,
      notGiven(
        `no statement was run, only catalogs were read: ${superuser.target.user} is not a superuser, and no login was given`,
      ),
      ...(await closedSchemas(superuser, contract)).map(notGiven),
    );
  }
  if (server!.recovering) {
    return read(
      subject,
      notGiven(
        'no statement was run, only catalogs were read: the server is in recovery, where nothing can be written',
      ),
      ...(level === 'login' ? await closedSchemas(superuser, contract) : []).map(notGiven),
    );
  }
  try {
    await superuser.script(liveLimits);
    const { shapes, hands } = await subject.ground();
    const closed = (await closedSchemas(superuser, contract, (object) => hands.isOutOfReach(object))).map(
      (text): NotSeen => ({ text, partOf: 'full', notGiven: true }),
    );
    const apart = [...shapes].flatMap(([table, { seenApart = false }]) => (seenApart ? [table] : []));
    const unread = [...shapes].flatMap(([table, { unread: why }]) => (why === undefined ? [] : [{ table, why }]));
    const faults = await checkTenancy(superuser, contract, shapes);
    if (faults.some(({ tried }) => tried !== true)) {
      const { seen, notSeen, proof } = await observeProofs(subject, { depth: 'transactions', level });
      const why = {
        text: 'attempts and suites were not run: the rows they need are not there',
        partOf: 'login',
      } as const;
      const missed = [...faults.map(({ text }) => text), ...notSeen].map((one) => missedAt('login', one));
      return { seen, notSeen: [why, ...closed, ...missed], proof };
    }
    const known = unread.length === 0 ? subject : { ...subject, objects: objectsBut(contract, unread) };
    const all = await runAll(built, known, options, permission, level);
    const untried = unread.map(({ table, why }) => oneOfMany(`${table} was not tried: ${why}`));
    return { ...all, notSeen: [...closed, ...untried, ...unmissedIn(apart), ...all.notSeen], tenancyFaults: faults };
  } catch (error) {
    const server = serverError(error);
    // The superuser's next statement shows whose session was lost. Only one connection may be allowed.
    const isLost = error instanceof RolecallError && error.code === 'connection-lost';
    if (server === undefined && !isLost && loginRefusal(error) === undefined) {
      throw error;
    }
    const why = server === undefined ? messageOf(error) : `${server.message} (SQLSTATE ${server.sqlstate})`;
    return read(subject, { text: `attempts and suites broke off: ${why}`, partOf: 'login' });
  }
}

/** The contracted objects without tables whose rows are not known. */
function objectsBut(contract: ParsedContract, unread: readonly { table: string }[]): Set<string> {
  const left = new Set(contractedObjects(contract).map(({ object }) => object));
  unread.forEach(({ table }) => left.delete(table));
  return left;
}

async function runAll(
  built: BuiltPhase,
  subject: Subject,
  { project, reporter, signal, releasers }: ObserveOptions,
  permission: SuitePermission,
  level: ProofLevel = 'full',
): Promise<SeenOrNot> {
  const elapsed = stopwatch();
  const logins = await logInAll(built, signal);
  const refused = [...logins].flatMap(([name, login]) =>
    'outcome' in login && login.sqlstate !== null ? [{ name, ...login }] : [],
  );
  // The reason of the refusal is not known, so nothing follows about the login's privileges.
  refused.forEach(({ name }) => logins.delete(name));
  const runSuites = async () => {
    // A login may have few connections, and a suite needs one of its own.
    await closeAll(logins);
    return observeSuites(built, subject.superuser, { project, reporter, signal, permission, releasers });
  };
  const { seen, notSeen, proof } = await observeProofs(
    { ...subject, logins, runSuites },
    { level, onStep: (step) => reporter.onStep?.(built.phase, step, elapsed()) },
  ).finally(() => closeAll(logins));
  // Before the contract its tables may not exist, or may be empty.
  const tenancyFaults =
    built.phase === 'head' && permission.own
      ? await checkTenancy(subject.superuser, project.contract, (await subject.ground()).shapes)
      : [];
  const notLoggedIn = refused.map(
    ({ name, message, sqlstate }) => `${name} could not log in: ${message ?? ''} (SQLSTATE ${sqlstate!})`,
  );
  return { seen, notSeen: [...notLoggedIn, ...notSeen].map((one) => missedAt('login', one)), tenancyFaults, proof };
}

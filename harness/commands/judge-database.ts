import { today } from '../common/clock.ts';
import type { ProofLevel } from '../common/proof-level.ts';
import { hiding, withoutPasswordsIn } from '../common/redaction.ts';
import { notGiven, type NotSeen } from '../findings/not-seen.ts';
import { judgeLive, type Judgement } from '../pipeline/judge.ts';
import { observePhase, type ObserveOptions, type PhaseObservation } from '../pipeline/observe-phase.ts';
import { readProject, type Project } from '../pipeline/project.ts';
import { requireSameDatabase } from '../pipeline/same-database.ts';
import { unreadable } from '../pipeline/unreadable.ts';
import type { Target } from '../postgres/target.ts';
import type { Context } from './context.ts';
import { liveLogins, liveTarget, looksLikeProduction } from './live.ts';

/** A live database, the contract for it, and how far the command may go in it. */
export interface LiveDatabase {
  contract: string;
  url: string;
  /** IDENTITY=URL each. */
  login: readonly string[];
  allowPgtap?: boolean | undefined;
  yesProduction?: boolean | undefined;
  /** The level of proof that is needed to pass. @default the contract's, otherwise the highest that the given URLs allow */
  proof?: ProofLevel | undefined;
}

/** What was seen of a live database, and what it means. */
export interface Live {
  project: Project;
  observation: PhaseObservation;
  judged: Judgement;
  /** Which database was observed, and as whom. Never written anywhere. */
  targets: readonly [Target, ...Target[]];
}

/**
 * Judges a live database by a contract, and rolls back what it runs. The result is a text if the server does not let its catalogs
 * be read, so that nothing was judged. Neither contains a password.
 */
export async function judgeDatabase(
  { contract: file, url, login, allowPgtap = false, yesProduction = false, proof }: LiveDatabase,
  context: Context,
  reporter: ObserveOptions['reporter'],
): Promise<Live | string> {
  const { signal, releasers } = context;
  const project = await readProject(file);
  const hide = hiding(project.secrets);
  const superuser = liveTarget(url, context);
  const { logins, without } = liveLogins(project.contract, login, context);
  const demanded = proof ?? project.contract.proof;
  const isProduction = [superuser, ...logins.values()].some(looksLikeProduction) && !yesProduction;
  const readsOnly = isProduction || demanded === 'catalog';
  const observe = async () => {
    if (!readsOnly) {
      await requireSameDatabase(superuser, logins, signal);
    }
    return observePhase(
      { phase: 'head', revision: project.contract.revisions.head, superuser, logins },
      {
        project,
        reporter,
        signal,
        releasers,
        statements: readsOnly
          ? undefined
          : { pgtap: allowPgtap ? 'load-and-remove' : 'use', own: false, controls: false },
      },
    );
  };
  const observation = await observe().catch(notJudged);
  if (typeof observation === 'string') {
    return hide(observation);
  }
  const notSeen = readsOnly
    ? [readOnly(isProduction), ...observation.notSeen]
    : [...without.map(notGiven), ...observation.notSeen];
  const judged = judgeLive(
    inDatabase(project, superuser.database),
    { ...observation, notSeen },
    { today: today(), demanded },
  );
  return {
    project,
    observation,
    judged: withoutPasswordsIn(judged, hide),
    targets: [superuser, ...logins.values()],
  };
}

function readOnly(isProduction: boolean): NotSeen {
  const why = isProduction
    ? 'a URL looks like production; --yes-production lets them run'
    : 'the level catalog is asked for';
  return notGiven(`no statement was run, only catalogs were read: ${why}`);
}

/** If the catalogs may not be read, nothing can be judged. */
function notJudged(error: unknown): string {
  const why = unreadable(error);
  if (why === undefined) {
    throw error;
  }
  return `nothing was judged, ${why}`;
}

/** The project with the observed database's name, so that remedies name that database. */
function inDatabase(project: Project, head: string): Project {
  const { contract } = project;
  return { ...project, contract: { ...contract, databases: { ...contract.databases, head } } };
}

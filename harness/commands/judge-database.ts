import { today } from '../common/clock.ts';
import { hiding, withoutPasswordsIn } from '../common/redaction.ts';
import { judgeLive, type Judgement } from '../pipeline/judge.ts';
import { observePhase, type ObserveOptions, type PhaseObservation } from '../pipeline/observe-phase.ts';
import { readProject, type Project } from '../pipeline/project.ts';
import { requireSameDatabase } from '../pipeline/same-database.ts';
import { serverError } from '../postgres/sql-error.ts';
import type { Context } from './context.ts';
import { liveLogins, liveTarget, looksLikeProduction } from './live.ts';

/** A live database, the contract that it is held against, and how far one may go in it. */
export interface LiveDatabase {
  contract: string;
  url: string;
  /** IDENTITY=URL each. */
  login: readonly string[];
  allowPgtap?: boolean | undefined;
  yesProduction?: boolean | undefined;
}

/**
 * Judges a live database against a contract; what it runs, it rolls back. A text, in words, where the server does not let its
 * catalogs be read, so that nothing was judged. No password is in either.
 */
export async function judgeDatabase(
  { contract: file, url, login, allowPgtap = false, yesProduction = false }: LiveDatabase,
  context: Context,
  reporter: ObserveOptions['reporter'],
): Promise<{ observation: PhaseObservation; judged: Judgement } | string> {
  const { signal, releasers } = context;
  const project = await readProject(file);
  const hide = hiding(project.secrets);
  const superuser = liveTarget(url, context);
  const { logins, without } = liveLogins(project.contract, login, context);
  const guarded = [superuser, ...logins.values()].some(looksLikeProduction) && !yesProduction;
  if (!guarded) {
    await requireSameDatabase(superuser, logins, signal);
  }
  const observation = await observePhase(
    { phase: 'head', revision: project.contract.revisions.head, superuser, logins },
    {
      project,
      reporter,
      signal,
      releasers,
      statements: guarded ? undefined : { pgtap: allowPgtap ? 'load-and-remove' : 'use', own: false, controls: false },
    },
  ).catch(unreadable);
  if (typeof observation === 'string') {
    return hide(observation);
  }
  const guard =
    'no statement was run, only catalogs were read: a URL looks like production; --yes-production lets them run';
  const notSeen = guarded ? [guard] : [...without, ...observation.notSeen];
  const judged = judgeLive(inDatabase(project, superuser.database), { ...observation, notSeen }, today());
  return { observation, judged: withoutPasswordsIn(judged, hide) };
}

/** What the server said where it did not let the catalogs be read: then nothing can be judged. */
function unreadable(error: unknown): string {
  const server = serverError(error);
  if (server === undefined) {
    throw error;
  }
  return `nothing was judged, the catalogs could not be read: ${server.message} (SQLSTATE ${server.sqlstate})`;
}

/** The project as it speaks of the database that was looked at: remedies name that one. */
function inDatabase(project: Project, head: string): Project {
  const { contract } = project;
  return { ...project, contract: { ...contract, databases: { ...contract.databases, head } } };
}

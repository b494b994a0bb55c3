import { today } from '../common/clock.ts';
import { judgeLive } from '../pipeline/judge.ts';
import { observePhase } from '../pipeline/observe-phase.ts';
import { readProject } from '../pipeline/project.ts';
import { requireSameDatabase } from '../pipeline/same-database.ts';
import { targetOf } from '../postgres/target.ts';
import { consoleReporter, findingsText } from '../render/console.ts';
import type { Context } from './context.ts';
import { liveLogins, looksLikeProduction } from './live.ts';

export interface CheckOptions {
  contract: string;
  url: string;
  login: string[];
  allowPgtap?: boolean;
  yesProduction?: boolean;
  format: 'text' | 'json';
}

/** Judges a live database against the contract; what it runs, it rolls back. */
export async function check(options: CheckOptions, context: Context): Promise<number> {
  const { signal, releasers, answer, progress, colours } = context;
  const project = await readProject(options.contract);
  const superuser = { ...targetOf(options.url, '--url'), answerTimeoutMs: context.answerTimeoutMs };
  const { logins, without } = liveLogins(project.contract, options.login, context);
  const guarded = [superuser, ...logins.values()].some(looksLikeProduction) && options.yesProduction !== true;
  if (!guarded) {
    await requireSameDatabase(superuser, logins, signal);
  }
  const observation = await observePhase(
    { phase: 'head', revision: project.contract.revisions.head, superuser, logins },
    {
      project,
      reporter: options.format === 'json' ? {} : consoleReporter({ answer, progress, colours }),
      signal,
      releasers,
      statements: guarded
        ? undefined
        : { pgtap: options.allowPgtap === true ? 'load-and-remove' : 'use', own: false, controls: false },
    },
  );
  const guard =
    'no statement was run, only catalogs were read: a URL looks like production; --yes-production lets them run';
  const notSeen = guarded ? [guard] : [...without, ...observation.notSeen];
  const { findings, verdict } = judgeLive(project, { ...observation, notSeen }, today());
  answer(
    options.format === 'json'
      ? `${JSON.stringify({ verdict, findings })}\n`
      : findingsText(findings, verdict, colours.answer),
  );
  return verdict.exit_code;
}

import { today } from '../common/clock.ts';
import { hiding, withoutPasswordsIn } from '../common/redaction.ts';
import type { Finding } from '../findings/finding.ts';
import { untried } from '../findings/remedy-trial.ts';
import { decide, type Verdict } from '../findings/verdict.ts';
import { judgeLive } from '../pipeline/judge.ts';
import { observePhase } from '../pipeline/observe-phase.ts';
import { readProject, type Project } from '../pipeline/project.ts';
import { requireSameDatabase } from '../pipeline/same-database.ts';
import { serverError } from '../postgres/sql-error.ts';
import { targetOf } from '../postgres/target.ts';
import { consoleReporter, findingsText } from '../render/console.ts';
import type { Context } from './context.ts';
import { liveLogins, looksLikeProduction } from './live.ts';
import { collected, contractOption, formatOption, type Command, type FlagsOf, type Invoke } from './options.ts';

const flags = (command: Command) =>
  command
    .requiredOption('--url <url>', 'connection URL of a superuser')
    .option(
      '--login <identity=url>',
      'connection URL of a login identity; again for each (default: the variable the contract names)',
      collected,
      [],
    )
    .option('--allow-pgtap', 'load pgTAP for the suites where the database has none, and remove it afterwards')
    .option('--yes-production', 'run statements although the URL looks like production')
    .addOption(contractOption())
    .addOption(formatOption('verdict and findings as the pack has them'));

type CheckOptions = FlagsOf<typeof flags>;

/** `rolecall check`. */
export const define = (command: Command, invoke: Invoke) =>
  flags(command).action((options) => invoke((context) => check(options, context)));

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
  const tell = (seen: readonly Finding[], judged: Verdict) => {
    const { findings, verdict } = withoutPasswordsIn({ findings: seen, verdict: judged }, hiding(project.secrets));
    answer(
      options.format === 'json'
        ? `${JSON.stringify({ verdict, findings })}\n`
        : findingsText(findings, verdict, colours.answer),
    );
    return verdict.exit_code;
  };
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
  ).catch(unreadable);
  if (typeof observation === 'string') {
    return tell([], decide({ findings: [], unproven: [observation] }));
  }
  const guard =
    'no statement was run, only catalogs were read: a URL looks like production; --yes-production lets them run';
  const notSeen = guarded ? [guard] : [...without, ...observation.notSeen];
  const { findings: judged, verdict } = judgeLive(
    inDatabase(project, superuser.database),
    { ...observation, notSeen },
    today(),
  );
  return tell(untried(judged), verdict);
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

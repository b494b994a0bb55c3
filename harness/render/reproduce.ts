import type { Evidence } from '../pack/evidence.ts';
import { commandsAgain, quoted } from '../report/commands-again.ts';

/** The commands that make this report again, one a line, for a POSIX shell. */
export function reproduceCommands({ run }: Evidence): string {
  const again =
    run.kind === undefined
      ? commandsAgain('run', run)
      : commandsAgain(run.kind, run, '--url "$DATABASE_URL" --out reports');
  return [...again, `npx rolecall verify ${quoted(`reports/runs/${run.id}`)}`].join('\n');
}

/** What the evidence does not show, so that nobody takes it for more than it is. */
export function limits({ run, phases, fail_closed, definers_not_judged: notJudged = [] }: Evidence): string[] {
  const borrowed = phases.head.suites.filter((suite) => suite.session === 'superuser').map((suite) => suite.suite);
  return [
    ...(run.kind === 'check'
      ? [
          'A live database was looked at as it was then, and nothing was built: there is no baseline, so that neither a change of privileges, nor a deficiency, nor a control, nor a way to build it was looked at.',
        ]
      : []),
    ...(run.kind === 'drift'
      ? [
          'Baseline is head as the migrations build it, and head is a live database as it was then. Only their privilege states were compared: nothing was held against the contract, and no statement was tried.',
        ]
      : []),
    ...(run.isolation === 'shared-cluster'
      ? [
          'Both phases ran in one cluster, one after the other, and so share its roles: those that were there before the run are facts of both.',
        ]
      : []),
    ...(borrowed.length > 0
      ? [`Run in a superuser session, so not proof of what a login can do: ${borrowed.join(', ')}.`]
      : []),
    ...(fail_closed.length > 0
      ? [
          'The tenant context is set by the session itself. Row-level security that reads it keeps honest statements apart; it does not stop a statement an attacker can write.',
        ]
      : []),
    ...(notJudged.length > 0
      ? [
          `Whose rows these SECURITY DEFINER functions give or change was not judged, although a login of tenants may call them: ${notJudged.join(', ')}.`,
        ]
      : []),
    'Passwords, network rules (pg_hba.conf) and what superusers do are outside the contract.',
  ];
}

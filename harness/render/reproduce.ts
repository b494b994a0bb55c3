import type { Evidence } from '../pack/evidence.ts';

/** What must be the same for a run to be the same. */
export type Inputs = Pick<
  Evidence['run'],
  'contract_file' | 'git_commit' | 'git_dirty' | 'server_version' | 'topology'
>;

/** The commands that make this report again, one a line, for a POSIX shell. */
export function reproduceCommands({ run }: Evidence): string {
  return [...commandsAgain('run', run), `npx rolecall verify ${quoted(`reports/runs/${run.id}`)}`].join('\n');
}

/** The commands that go back to the inputs of a run and do `verb` with them. */
export function commandsAgain(
  verb: string,
  { contract_file, git_commit, git_dirty, server_version, topology }: Inputs,
): string[] {
  const major = /^\d+/.exec(server_version)?.[0];
  const contract = contract_file === 'db/contract.yaml' ? '' : ` --contract ${quoted(contract_file)}`;
  const version = major === undefined || topology === 'url' ? '' : ` --pg ${major}`;
  return [
    ...(git_commit === null ? [] : [`git checkout ${quoted(git_commit)}`]),
    ...(git_dirty ? ['# the tree had uncommitted changes: compare the inputs sha256'] : []),
    `npx rolecall ${verb}${contract} --topology ${quoted(topology)}${version}`,
  ];
}

/** What the evidence does not show, said before somebody takes it for more than it is. */
export function limits({ run, phases, fail_closed }: Evidence): string[] {
  const borrowed = phases.head.suites.filter((suite) => suite.session === 'superuser').map((suite) => suite.suite);
  return [
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
    'Passwords, network rules (pg_hba.conf) and what superusers do are outside the contract.',
  ];
}

/** A word of a POSIX shell, quoted where it needs to be. */
export function quoted(word: string): string {
  return /^[\w./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

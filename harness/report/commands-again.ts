/** The inputs that must be the same to repeat a run. */
export interface Inputs {
  contract_file: string;
  git_commit: string | null;
  git_dirty: boolean;
  server_version: string;
  topology: string;
}

/** The commands that restore the inputs of a run and do `verb` with them: on a server of the same kind, or as `where` says. */
export function commandsAgain(
  verb: string,
  { contract_file, git_commit, git_dirty, server_version, topology }: Inputs,
  where?: string,
): string[] {
  const major = /^\d+/.exec(server_version)?.[0];
  const contract = contract_file === 'db/contract.yaml' ? '' : ` --contract ${quoted(contract_file)}`;
  const version = major === undefined || topology === 'url' ? '' : ` --pg ${major}`;
  return [
    ...(git_commit === null ? [] : [`git checkout ${quoted(git_commit)}`]),
    ...(git_dirty ? ['# the tree had uncommitted changes: compare the inputs sha256'] : []),
    `npx rolecall ${verb}${contract} ${where ?? `--topology ${quoted(topology)}${version}`}`,
  ];
}

/** A word of a POSIX shell, quoted if necessary. */
export function quoted(word: string): string {
  return /^[\w./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

export const shells = ['bash', 'zsh', 'fish'] as const;

/** A command as a shell completes it. */
export interface CompletedCommand {
  name: string;
  summary: string;
  flags: readonly { name: string; description: string; choices: readonly string[]; takesValue: boolean }[];
  /** The words that its arguments may be. */
  choices: readonly string[];
}

/** The script that lets a shell complete the program. */
export function completionScript(shell: (typeof shells)[number], commands: readonly CompletedCommand[]): string {
  switch (shell) {
    case 'bash':
      return bash(commands);
    case 'zsh':
      // zsh can use bash's completions if it is told to.
      return `autoload -U +X bashcompinit && bashcompinit\n${bash(commands)}`;
    case 'fish':
      return fish(commands);
  }
}

function bash(commands: readonly CompletedCommand[]): string {
  const words = commands.map(({ name, flags, choices }) => {
    const all = [...choices, ...flags.map((flag) => flag.name), '--help'];
    return `    ${name}) words='${all.join(' ')}' ;;`;
  });
  const values = commands.flatMap(({ name, flags }) =>
    flags
      .filter(({ choices }) => choices.length > 0)
      .map((flag) => `    ${name}' '${flag.name}) words='${flag.choices.join(' ')}' ;;`),
  );
  const files = [...new Set(commands.flatMap(({ flags }) => flags.filter(takesFile).map(({ name }) => name)))];
  return `# Completion of rolecall; made by: rolecall completion
_rolecall() {
  local word=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD-1]} verb=\${COMP_WORDS[1]} words=
  COMPREPLY=()
  case $before in
    ${files.join(' | ')}) COMPREPLY=($(compgen -f -- "$word")); return ;;
  esac
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W '${commands.map(({ name }) => name).join(' ')} help --help --version' -- "$word"))
    return
  fi
  case $verb in
${words.join('\n')}
  esac
  case $verb' '$before in
${values.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$word"))
  if [ \${#COMPREPLY[@]} -eq 0 ]; then
    COMPREPLY=($(compgen -f -- "$word"))
  fi
}
complete -F _rolecall rolecall
`;
}

/** Whether a flag's value may be a file: no list has its values. */
function takesFile({ takesValue, choices }: CompletedCommand['flags'][number]): boolean {
  return takesValue && choices.length === 0;
}

function fish(commands: readonly CompletedCommand[]): string {
  const quoted = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", String.raw`\'`)}'`;
  const lines = commands.flatMap(({ name, summary, flags, choices }) => {
    const within = `complete -c rolecall -n '__fish_seen_subcommand_from ${name}'`;
    return [
      `complete -c rolecall -f -n __fish_use_subcommand -a ${name} -d ${quoted(summary)}`,
      ...(choices.length === 0 ? [] : [`${within} -f -a ${quoted(choices.join(' '))}`]),
      ...flags.map((flag) =>
        [
          `${within} -l ${flag.name.replace(/^--/, '')} -d ${quoted(flag.description)}`,
          ...(flag.choices.length > 0 ? [`-x -a ${quoted(flag.choices.join(' '))}`] : flag.takesValue ? ['-r'] : []),
        ].join(' '),
      ),
    ];
  });
  return `# Completion of rolecall; made by: rolecall completion\n${lines.join('\n')}\n`;
}

import type { Verb } from '../verb.ts';

/** Verbs about this machine and this program, which know the other verbs. */
export const verbsAboutHere = (verbs: () => readonly Verb[]): readonly Verb[] => [
  {
    name: 'doctor',
    summary: 'which topologies work on this machine, and why the others do not',
    needs: 'nothing: it tells what is missing.',
    examples: [
      { args: '', says: 'tries every topology' },
      { args: '--pg 17 --format json', says: 'with another version of PostgreSQL, as data' },
    ],
    exits: { 0: 'at least one topology works', 2: 'no topology works, or a bad flag' },
    define: async () => (await import('../doctor.ts')).define,
  },
  {
    name: 'completion',
    summary: 'the script by which bash, zsh or fish completes commands and flags',
    needs: 'nothing.',
    examples: [
      { args: 'bash', says: 'in ~/.bashrc: source <(rolecall completion bash)' },
      { args: 'zsh', says: 'in ~/.zshrc, after compinit: source <(rolecall completion zsh)' },
      { args: 'fish', says: 'in ~/.config/fish/config.fish: rolecall completion fish | source' },
    ],
    exits: { 0: 'the script was printed' },
    define: async () => (await import('../completion.ts')).defineFor(verbs()),
  },
  {
    name: 'help',
    summary: 'the help of a command, or a text about a topic: rolecall help topics',
    needs: 'nothing.',
    examples: [
      { args: 'run', says: 'the help of a command' },
      { args: 'topics', says: 'lists the topics' },
      { args: 'exit-codes', says: 'a text about a topic' },
    ],
    exits: { 0: 'it was answered' },
    define: async () => (await import('../help.ts')).defineFor(verbs()),
  },
];

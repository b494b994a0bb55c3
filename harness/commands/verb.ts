import type { Command, Invoke } from './options.ts';

/**
 * What the exit codes of a command mean. A code that is missing here cannot occur. 2 and those of signals mean the same
 * everywhere.
 */
export interface Exits {
  0?: string;
  1?: string;
  2?: string;
  3?: string;
}

/** A line that a user may type after `rolecall`, and what it does. */
export interface Example {
  /** The text after the name of the command; '' for none. */
  args: string;
  says: string;
}

/** A verb: what it does, what it needs, how it is used and how it ends. Its flags are loaded when it runs. */
export interface Verb {
  name: string;
  /** Its line in the list of commands. */
  summary: string;
  /** What must exist: a server, Docker, a superuser, nothing. */
  needs: string;
  /** Two to four examples. */
  examples: readonly Example[];
  exits: Exits;
  define: () => Promise<(command: Command, invoke: Invoke) => unknown>;
}

/** What the codes mean if a contract is judged. */
export const exitsOfContract: Exits = {
  0: 'the contract holds',
  1: 'the contract is broken: at least one finding',
  3: 'inconclusive: nothing ran, or something ran that cannot prove what it claims',
};

const always = {
  2: 'misuse or environment: bad flag, bad contract, no database; nothing was judged',
  130: 'interrupted (143: terminated, 129: hung up); everything started has been stopped',
};

/** Every code that a command may end with, in order, with its meaning. */
export function exitCodesOf(exits: Exits): [code: string, meaning: string][] {
  return Object.entries({ ...always, ...exits });
}

/** The text below the flags in the help of a command. */
export function helpAfter({ name, needs, examples, exits }: Omit<Verb, 'define' | 'summary'>): string {
  const lines = examples.map(({ args }) => `rolecall ${name} ${args}`.trimEnd());
  return [
    '',
    `Needs: ${needs}`,
    '',
    'Examples:',
    ...examples.flatMap(({ says }, index) => [`  ${lines[index]!}`, `      ${says}`]),
    '',
    exitCodesHelp(exits),
  ].join('\n');
}

/** The exit codes as the help shows them. */
export function exitCodesHelp(exits: Exits): string {
  return ['Exit codes:', ...exitCodesOf(exits).map(([code, meaning]) => `  ${code.padEnd(5)}${meaning}`)].join('\n');
}

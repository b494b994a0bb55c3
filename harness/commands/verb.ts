import type { Command, Invoke } from './options.ts';

/** A verb: one line on what it does, and its flags with their help, loaded when it is asked for. */
export interface Verb {
  name: string;
  summary: string;
  /** What its exit codes 0, 1 and 3 mean, where a contract is not what they speak of. */
  exits?: readonly [holds: string, broken: string, inconclusive: string];
  define: () => Promise<(command: Command, invoke: Invoke) => unknown>;
}

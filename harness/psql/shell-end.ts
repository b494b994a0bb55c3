/** How a command of the shell ended. */
export interface ShellEnd {
  /** What it printed. */
  output: string;
  /** Why it failed; undefined if it did not. */
  failure: string | undefined;
}

/** Runs a shell command with `input` on its stdin. */
export type Shell = (command: string, env: Readonly<Record<string, string | undefined>>, input?: string) => ShellEnd;

/** Where results go: a file, or a program. */
export interface OutputEnd {
  write(text: string): void;
  close(): void;
}

import type { Reporter } from '../pipeline/reporter.ts';

/** The whole evidence on stdout, and nothing else. */
export function jsonReporter(write: (text: string) => void): Reporter {
  return { onFinished: (evidence) => write(`${JSON.stringify(evidence, null, 2)}\n`) };
}

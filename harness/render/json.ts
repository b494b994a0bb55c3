import { evidenceText } from '../pack/evidence-text.ts';
import type { Reporter } from '../pipeline/reporter.ts';

/** The whole evidence on stdout, in the form of `evidence.json`, and nothing else. */
export function jsonReporter(write: (text: string) => void): Reporter {
  return { onFinished: (evidence) => write(evidenceText(evidence)) };
}

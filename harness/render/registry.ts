import { consoleReporter, type ConsoleOptions } from './console.ts';
import { githubReporter, type GithubJob } from './github.ts';
import { jsonReporter } from './json.ts';
import { junitXml } from './junit.ts';
import type { Reporter } from '../pipeline/reporter.ts';
import { sarif } from './sarif.ts';
import { tapDocument } from './tap.ts';

/** The options of all reporters. */
export interface ReporterOptions extends ConsoleOptions {
  github: GithubJob;
}

/** Every reporter by name. */
export const reporters = {
  console: consoleReporter,
  json: ({ stdout }: ReporterOptions) => jsonReporter(stdout),
  junit: ({ stdout }: ReporterOptions): Reporter => ({ onFinished: (evidence) => stdout(junitXml(evidence)) }),
  sarif: ({ stdout }: ReporterOptions): Reporter => ({ onFinished: (evidence) => stdout(sarif(evidence)) }),
  github: ({ stdout, github }: ReporterOptions) => githubReporter(stdout, github),
  tap: ({ stdout }: ReporterOptions): Reporter => ({ onFinished: (evidence) => stdout(tapDocument(evidence)) }),
};

export type ReporterName = keyof typeof reporters;

export const reporterNames = Object.keys(reporters) as ReporterName[];

/** One reporter that passes on everything to each of `each`, in order. */
export function combined(each: readonly Reporter[]): Reporter {
  return {
    onRunStart: (run) => each.forEach((one) => one.onRunStart?.(run)),
    onStep: (...step) => each.forEach((one) => one.onStep?.(...step)),
    onSuite: (...suite) => each.forEach((one) => one.onSuite?.(...suite)),
    onFinished: (...finished) => each.forEach((one) => one.onFinished?.(...finished)),
  };
}

import { readFile } from 'node:fs/promises';
import path from 'node:path';

import type { MutationReport } from '../mutation/mutation-report.ts';
import { rolecall } from './cli.ts';

/** The output of `mutate` and `merge` with `--format json`. */
export interface MutationAnswer {
  report: string;
  verdict: MutationReport['verdict'];
}

/** Runs `mutate` in a folder, and reads the report that it wrote. */
export async function mutate(folder: string, ...args: string[]) {
  const result = await rolecall(['mutate', '--format', 'json', '--out', 'out', ...args], { cwd: folder });
  const answer = result.stdout === '' ? undefined : (JSON.parse(result.stdout) as MutationAnswer);
  const report = answer === undefined ? undefined : await mutationReportAt(path.resolve(folder, answer.report));
  return { ...result, answer, report };
}

/** The report in a folder, or in the file of one part. */
export async function mutationReportAt(place: string): Promise<MutationReport> {
  return JSON.parse(
    await readFile(place.endsWith('.json') ? place : path.join(place, 'mutation.json'), 'utf8'),
  ) as MutationReport;
}

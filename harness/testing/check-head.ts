import { check } from '../commands/check.ts';
import type { ProofLevel } from '../common/proof-level.ts';
import type { Finding } from '../findings/finding.ts';
import type { Verdict } from '../findings/verdict.ts';
import { contractFile, testContext, type TestHead } from './head.ts';

/** The output of `rolecall check --format json`. */
export interface Checked {
  code: number;
  verdict: Verdict;
  findings: Finding[];
}

/** Runs `rolecall check` against a head, by default with a URL for its login. */
export async function checkOn(
  head: TestHead,
  options: {
    login?: string[];
    url?: string;
    contract?: string;
    allowPgtap?: true;
    yesProduction?: true;
    proof?: ProofLevel;
  } = {},
): Promise<Checked> {
  const login = options.login ?? [`app_user=${head.urls.app_user}`];
  return checked({ contract: contractFile, url: head.urls.superuser, ...options, login });
}

/** Runs `rolecall check`, in the test's own process. */
export async function checked(options: Omit<Parameters<typeof check>[0], 'format'>): Promise<Checked> {
  const { context, answered } = testContext();
  const code = await check({ ...options, format: 'json' }, context);
  return { code, ...(JSON.parse(answered()) as Omit<Checked, 'code'>) };
}

import { reaches } from '../common/proof-level.ts';
import type { Finding } from './finding.ts';
import { unprovenLines, type Unproven } from './unproven.ts';
import { reasonOf, type Verdict } from './verdict.ts';

/** What in a verdict does not follow from the findings and from what is not proven, one line each. Pure. */
export function verdictFaults({
  findings,
  unproven,
  verdict,
}: {
  findings: readonly Finding[];
  unproven: readonly Unproven[];
  verdict: Verdict;
}): string[] {
  const { status, exit_code: code, reasons, proof } = verdict;
  const broken = [...new Set(findings.filter(({ accepted }) => accepted === undefined).map(reasonOf))];
  const lines = unprovenLines(unproven);
  const isAsked = reaches(proof.demanded, 'login');
  const open = reasons.filter((reason) => !broken.includes(reason));
  const [right, rightCode] =
    broken.length > 0 ? ['fail', 1] : open.length > 0 ? ['inconclusive', 3] : (['pass', 0] as const);
  const isShort = !reaches(proof.reached, proof.demanded);
  return [
    ...broken
      .filter((reason) => !reasons.includes(reason))
      .map((reason) => `the verdict leaves out the finding ${reason}`),
    ...lines
      .filter((line) => !reasons.includes(line) && (isAsked || !proof.not_seen.includes(line)))
      .map((line) => `the verdict leaves out what is not proven: ${line}`),
    ...(status === right && code === rightCode
      ? []
      : [`the verdict is ${status} (${code}), and of its findings and reasons comes ${right} (${rightCode})`]),
    ...(isShort && status === 'pass' ? [`the verdict is pass at level ${proof.reached}, below ${proof.demanded}`] : []),
  ];
}

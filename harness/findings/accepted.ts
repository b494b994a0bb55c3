import type { Acceptance } from '../contract/contract.ts';
import type { Finding } from './finding.ts';

/** The findings, each that an acceptance of the contract covers on `today` (ISO date) marked with its reason. */
export function withAcceptances(
  findings: readonly Finding[],
  acceptances: readonly Acceptance[],
  today: string,
): Finding[] {
  return findings.map((finding) => {
    const found = acceptances.find((acceptance) => covers(acceptance, finding) && today <= acceptance.until);
    return found === undefined ? finding : { ...finding, accepted: { reason: found.reason, until: found.until } };
  });
}

function covers({ code, object, identity, access }: Acceptance, finding: Finding): boolean {
  const matches = (wanted: string | undefined, seen: string | undefined) => wanted === undefined || wanted === seen;
  return (
    code === finding.code &&
    matches(object, finding.object) &&
    matches(identity, finding.identity) &&
    matches(access, finding.access)
  );
}

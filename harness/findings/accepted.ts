import { matchesPattern } from '../common/pattern.ts';
import type { Acceptance } from '../contract/contract.ts';
import type { Finding } from './finding.ts';
import { isOfSameKey } from './same-key.ts';

/** What an acceptance can cover: a finding, or something unproven. */
type Coverable = Pick<Finding, 'code' | 'object' | 'identity'> & { access?: string; carries?: string };

/** The findings, with the reason on each that an acceptance of the contract covers on `today` (ISO date). */
export function withAcceptances(
  findings: readonly Finding[],
  acceptances: readonly Acceptance[],
  today: string,
): Finding[] {
  return findings.map((finding) => {
    const accepted = acceptedBy(finding, acceptances, today);
    return accepted === undefined ? finding : { ...finding, accepted };
  });
}

/** The reason and last day of the first acceptance that covers it on `today`; undefined if none does. */
export function acceptedBy(
  one: Coverable,
  acceptances: readonly Acceptance[],
  today: string,
): { reason: string; until: string } | undefined {
  const found = acceptances.find((acceptance) => covers(acceptance, one) && today <= acceptance.until);
  return found === undefined ? undefined : { reason: found.reason, until: found.until };
}

/** In words, the acceptances that cover nothing: their finding is gone, or they never matched one. */
export function unusedAcceptances(acceptances: readonly Acceptance[], all: readonly Coverable[]): string[] {
  return acceptances
    .filter((acceptance) => !all.some((one) => covers(acceptance, one)))
    .map(({ code, identity = '', access = '', object }) =>
      [code, identity, access, object].filter((word) => word !== '').join(' '),
    );
}

/** Whether an acceptance matches it, whatever the date. */
export function covers(acceptance: Acceptance, one: Coverable): boolean {
  const { code, object, identity, access } = acceptance;
  const isOther = isOfSameKey(acceptance, one);
  return (
    (code === one.code || isOther) &&
    matches(object, one.object) &&
    ((isOther && one.identity === '') || matches(identity, one.identity)) &&
    matches(access, one.access ?? '')
  );
}

function matches(wanted: string | undefined, seen: string): boolean {
  return wanted === undefined || matchesPattern(wanted, seen);
}

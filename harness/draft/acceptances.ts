import { by } from '../common/order.ts';
import type { Acceptance } from '../contract/contract.ts';
import { findingKey, severityRank, type Finding } from '../findings/finding.ts';
import { coverable, type Unproven } from '../findings/unproven.ts';

/** What is wrong today, accepted until `until`, so that only what is new fails: a finding each, and a line for each object of which something is unproven. */
export function draftAcceptances(
  findings: readonly Finding[],
  unproven: readonly Unproven[],
  { today, until }: { today: string; until: string },
): Acceptance[] {
  const reason = `found by init on ${today}`;
  const found = findings
    .filter(({ accepted }) => accepted === undefined)
    .map(({ code, object, identity, access }): Acceptance => ({
      code,
      object,
      ...(identity === '' ? {} : { identity }),
      ...(access === undefined ? {} : { access }),
      reason,
      until,
    }));
  const open = coverable(unproven.filter(({ accepted }) => accepted === undefined)).map(
    ({ object, reason: why }): Acceptance => ({
      code: 'unproven',
      object,
      reason: `${reason}: ${why}`.slice(0, 300),
      until,
    }),
  );
  const all = [...found, ...new Map(open.map((one) => [one.object, one])).values()];
  return all.toSorted(
    by(({ code, object, identity = '', access = '' }) => findingKey({ code, object, identity, access })),
  );
}

/** The gravest findings, one for each code and object, in words. */
export function gravest(findings: readonly Finding[], most = 5): string[] {
  const causes = new Map(findings.map((finding) => [`${finding.code}\t${finding.object}`, finding]));
  return [...causes.values()]
    .toSorted((a, b) => severityRank[a.severity] - severityRank[b.severity])
    .slice(0, most)
    .map(({ code, message }) => `${code}: ${message.split('\n')[0]!}`);
}

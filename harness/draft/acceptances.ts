import { by } from '../common/order.ts';
import { counted, grouped } from '../common/text.ts';
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

/** The gravest findings in words, one for each code and role, so that a role that reaches every table leaves room for others. */
export function gravest(findings: readonly Finding[], most = 5): string[] {
  const rank = ({ severity }: Finding): number => severityRank[severity];
  return grouped(findings, ({ code, identity }) => `${code}\t${identity}`)
    .map(({ items }) => items.toSorted((a, b) => rank(a) - rank(b)))
    .toSorted(([a], [b]) => rank(a!) - rank(b!))
    .slice(0, most)
    .map((items) => {
      const { code, message, object } = items[0]!;
      const others = [...new Set(items.map((one) => one.object))].filter((one) => one !== object);
      return `${code}: ${message.split('\n')[0]!}${andOf(others)}`;
    });
}

function andOf(others: readonly string[]): string {
  if (others.length === 0) {
    return '';
  }
  const named = others.length > 5 ? `${others.slice(0, 5).join(', ')}, …` : others.join(', ');
  return ` (and the same of ${counted(others.length, 'other object')}: ${named})`;
}

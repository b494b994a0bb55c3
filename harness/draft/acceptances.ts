import { by } from '../common/order.ts';
import type { RoleName } from '../common/sql.ts';
import { counted, grouped } from '../common/text.ts';
import type { Acceptance } from '../contract/contract.ts';
import { findingKey, severityRank, type Finding } from '../findings/finding.ts';
import { coverable, type Unproven } from '../findings/unproven.ts';

/** Codes that follow from a role's BYPASSRLS: no policy restricts it. */
const saidByBypass: ReadonlySet<string> = new Set([
  'privilege-past-policies',
  'policy-missing-for-command',
  'view-over-guarded-table',
]);

/**
 * Today's findings and unproven parts, accepted until `until`, so that only new ones fail: one acceptance for each finding, and
 * one for each object of which something is unproven. For a role in `past`, which no policy restricts, everything that follows
 * from that is one acceptance for each code.
 */
export function draftAcceptances(
  findings: readonly Finding[],
  unproven: readonly Unproven[],
  { today, until, past }: { today: string; until: string; past: ReadonlySet<RoleName> },
): Acceptance[] {
  const reason = `found by init on ${today}`;
  const isSaid = ({ code, identity }: Finding) => past.has(identity) && saidByBypass.has(code);
  const all = findings.filter(({ accepted }) => accepted === undefined);
  const once = grouped(all.filter(isSaid), ({ code, identity }) => `${code}\t${identity}`).map(
    ({ items }): Acceptance => {
      const { code, identity } = items[0]!;
      const why = `${identity} has BYPASSRLS: no policy holds it anywhere (${reason})`;
      return { code, object: '*', identity, reason: why, until };
    },
  );
  const found = all
    .filter((finding) => !isSaid(finding))
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
  return [...once, ...found, ...new Map(open.map((one) => [one.object, one])).values()].toSorted(
    by(({ code, object, identity = '', access = '' }) => findingKey({ code, object, identity, access })),
  );
}

/**
 * The gravest findings in words, one for each code and role, so that a role that reaches every table leaves room for others. For
 * a role in `past`, which no policy restricts, only codes that no other role has are listed.
 */
export function gravest(findings: readonly Finding[], past: ReadonlySet<RoleName> = new Set(), most = 5): string[] {
  const rank = ({ severity }: Finding): number => severityRank[severity];
  const ofOthers = new Set(findings.filter(({ identity }) => !past.has(identity)).map(({ code }) => code));
  const told = findings.filter(({ code, identity }) => !past.has(identity) || !ofOthers.has(code));
  return grouped(told, ({ code, identity }) => `${code}\t${identity}`)
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

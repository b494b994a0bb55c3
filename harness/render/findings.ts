import { byCodeUnit } from '../common/order.ts';
import type { Finding } from '../findings/finding.ts';
import { badge, severityBadge, type Badge } from '../report/badge.ts';

/** One contradiction of the contract, with what puts it right. */
export interface FindingView {
  number: number;
  code: string;
  severity: Badge;
  identity: string;
  object: string;
  message: string;
  remedy: string;
  /** What executing the remedy showed; null where it is no SQL. */
  tried: string | null;
  /** Lines of the contract that would declare it instead; null where none would. */
  declare: string | null;
  /** The remedy's language: `sql`, or `text` where it is advice. */
  language: string;
  /** `db/contract.yaml:12`, or null. */
  location: string | null;
  /** Why and until when it is accepted; null where it counts. */
  accepted: string | null;
}

const isSql = /;\s*(--.*)?$/m;

const weight: Record<Finding['severity'], number> = { high: 0, medium: 1, low: 2 };

/** The findings, heaviest first. */
export function findingViews(findings: readonly Finding[]): FindingView[] {
  return [...findings]
    .sort(
      (a, b) =>
        Number(a.accepted !== undefined) - Number(b.accepted !== undefined) ||
        weight[a.severity] - weight[b.severity] ||
        byCodeUnit(a.code, b.code) ||
        byCodeUnit(a.object, b.object) ||
        byCodeUnit(a.identity, b.identity),
    )
    .map(({ code, severity, identity, object, message, remedy, tried, declare, location, accepted }, at) => ({
      number: at + 1,
      code,
      severity: accepted === undefined ? severityBadge(severity) : badge('quiet', `accepted, ${severity}`),
      identity,
      object,
      message,
      remedy,
      tried: tried ?? null,
      declare: declare ?? null,
      language: isSql.test(remedy) ? 'sql' : 'text',
      accepted: accepted === undefined ? null : `${accepted.reason} (until ${accepted.until})`,
      location: location === undefined ? null : `${location.file}:${location.line}`,
    }));
}

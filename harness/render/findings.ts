import { indexBy } from '../common/index-by.ts';
import { byCodeUnit } from '../common/order.ts';
import { severityRank, type Finding } from '../findings/finding.ts';
import { firstOf } from '../findings/unproven.ts';
import { badge, severityBadge, type Badge } from '../report/badge.ts';
import { whereMeant, type ContractStep } from '../findings/where-meant.ts';
import { rowIds } from '../report/row-id.ts';

/** One contradiction of the contract, with its remedy. */
export interface FindingView {
  number: number;
  /** The target of links to it. */
  id: string;
  code: string;
  severity: Badge;
  identity: string;
  object: string;
  message: string;
  remedy: string;
  /** The result of executing the remedy; null if it is not SQL. */
  tried: string | null;
  /** Lines of the contract to remove and to write instead; empty if there are none. */
  meant: ContractStep[];
  /** The remedy's language: `sql`, or `text` for advice. */
  language: string;
  /** `db/contract.yaml:12`, or null. */
  location: string | null;
  /** Why and until when it is accepted; null if it counts. */
  accepted: string | null;
}

const capital = (words: string) => words.charAt(0).toUpperCase() + words.slice(1);

const isSql = /;\s*(--.*)?$/m;

/** The findings, the most severe first. */
export function findingViews(findings: readonly Finding[]): FindingView[] {
  const idOf = rowIds();
  return [...findings]
    .sort(
      (a, b) =>
        Number(a.accepted !== undefined) - Number(b.accepted !== undefined) ||
        severityRank[a.severity] - severityRank[b.severity] ||
        byCodeUnit(a.code, b.code) ||
        byCodeUnit(a.object, b.object) ||
        byCodeUnit(a.identity, b.identity),
    )
    .map(({ code, severity, identity, object, message, remedy, tried, location, accepted, ...lines }, at) => ({
      number: at + 1,
      id: idOf('finding', code, object, identity),
      code,
      severity: accepted === undefined ? severityBadge(severity) : badge('quiet', `accepted, ${severity}`),
      identity,
      object,
      message,
      remedy,
      tried: tried ?? null,
      meant: whereMeant(lines).map(({ words, lines: of }) => ({ words: capital(words), lines: of })),
      language: isSql.test(remedy) ? 'sql' : 'text',
      accepted: accepted === undefined ? null : `${accepted.reason} (until ${accepted.until})`,
      location: location === undefined ? null : `${location.file}:${location.line}`,
    }));
}

/** Findings with one code, and how many there are on each object. */
export interface CauseView {
  code: string;
  severity: Badge;
  count: string;
  /** `public.orders (3) and public.items` */
  objects: string;
  /** The id of the first of them. */
  first: string;
}

/** How many objects of a cause are named. */
const shownObjects = 12;

/** With this many findings or fewer, a reader sees the causes without a list. */
const fewFindings = 3;

/** The findings by code and object, in their order; empty if there are few. */
export function causeViews(findings: readonly FindingView[]): CauseView[] {
  if (findings.length <= fewFindings) {
    return [];
  }
  const causes = indexBy(findings, ({ code, severity }) => [`${code}\t${severity.word}`]);
  return [...causes.values()].map((alike) => {
    // Assertions are grouped by their suite.
    const objects = indexBy(alike, ({ object }) => [object.replace(/#\d+$/, '')]);
    const { code, severity, id } = alike[0]!;
    return {
      code,
      severity,
      count: String(alike.length),
      objects: firstOf(
        [...objects].map(([object, all]) => (all.length === 1 ? object : `${object} (${all.length})`)),
        shownObjects,
      ),
      first: id,
    };
  });
}

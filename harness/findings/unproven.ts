import type { Acceptance } from '../contract/contract.ts';
import { indexBy } from '../common/index-by.ts';
import { counted, listed } from '../common/text.ts';
import type { PhaseName } from '../common/phase.ts';
import { acceptedBy } from './accepted.ts';

/** Something that was tried or run and proves nothing. */
export interface Unproven {
  phase: PhaseName;
  /** The table, function, suite or deficiency. */
  object: string;
  identity: string;
  /** The command, if there is one. */
  access: string;
  /** Why it proves nothing. */
  reason: string;
  /** Set if nothing at all was run. No acceptance covers that. */
  nothing_ran?: true;
  /** Set if the contract accepts it, as a finding with the code `unproven`: it stays visible and does not count. */
  accepted?: { reason: string; until: string };
}

/** `all`, with the reason on each that an acceptance of the contract covers on `today`. */
export function withAcceptedUnproven(
  all: readonly Unproven[],
  acceptances: readonly Acceptance[],
  today: string,
): Unproven[] {
  return all.map((one) => {
    const [covered] = coverable([one]);
    const accepted = covered === undefined ? undefined : acceptedBy(covered, acceptances, today);
    return accepted === undefined ? one : { ...one, accepted };
  });
}

/** Those of `all` that an acceptance can cover, as findings with the code `unproven`. */
export function coverable(all: readonly Unproven[]): (Unproven & { code: string })[] {
  return all.filter(({ nothing_ran: isAll }) => isAll !== true).map((one) => ({ code: 'unproven', ...one }));
}

/** One reason why something proves nothing, with everything that it affects. */
export interface UnprovenCause {
  phase: PhaseName;
  reason: string;
  objects: string[];
  identities: string[];
  /** Commands, if there are any. */
  accesses: string[];
  /** How many attempts, suites or deficiencies. */
  count: number;
  accepted?: Unproven['accepted'];
}

/** What proves nothing, grouped by its reason, in the order of the first. */
export function unprovenCauses(all: readonly Unproven[]): UnprovenCause[] {
  const causes = indexBy(all, ({ phase, reason, accepted }) => [JSON.stringify([phase, reason, accepted])]);
  const unique = (values: readonly string[]) => [...new Set(values.filter((value) => value !== ''))];
  return [...causes.values()].map((items) => {
    const { phase, reason, accepted } = items[0]!;
    return {
      phase,
      reason,
      objects: unique(items.map(({ object }) => object)),
      identities: unique(items.map(({ identity }) => identity)),
      accesses: unique(items.map(({ access }) => access)),
      count: items.length,
      ...(accepted === undefined ? {} : { accepted }),
    };
  });
}

/** What is not accepted, in words: one line for each reason, with whom and what it is about, and how often it occurred. */
export function unprovenLines(all: readonly Unproven[]): string[] {
  return unprovenCauses(all.filter(({ accepted }) => accepted === undefined)).map(causeLine);
}

/** One cause in a line, with whom and what it is about, and how often it occurred. */
export function causeLine(cause: UnprovenCause): string {
  return `${cause.phase}: ${firstOf(cause.objects)}: ${cause.reason}${aboutOf(cause)}`;
}

/** Names in a line: all of a few, otherwise the first. */
export function firstOf(names: readonly string[], shown = 4): string {
  return names.length <= shown + 1
    ? listed(names)
    : listed([...names.slice(0, shown), counted(names.length - shown, 'other')]);
}

function aboutOf({ identities, accesses, count }: UnprovenCause): string {
  const about = [firstOf(identities), firstOf(accesses)].filter((text) => text !== '').join(' ');
  const often = count > 1 ? counted(count, 'attempt') : '';
  const of = [about, often].filter((text) => text !== '').join(', ');
  return of === '' ? '' : ` (${of})`;
}

import type { Acceptance } from '../contract/contract.ts';
import { counted, listed } from '../common/text.ts';
import type { PhaseName } from '../common/phase.ts';
import { acceptedBy } from './accepted.ts';

/** Something that was tried or run and shows nothing. */
export interface Unproven {
  phase: PhaseName;
  /** The table, function, suite or deficiency. */
  object: string;
  identity: string;
  /** The command, where it is one. */
  access: string;
  /** Why it shows nothing. */
  reason: string;
  /** Set where the contract accepts it, as a finding of the code `unproven`: it stays visible and does not count. */
  accepted?: { reason: string; until: string };
}

/** Those of `all` that an acceptance of the contract covers on `today` marked with its reason. */
export function withAcceptedUnproven(
  all: readonly Unproven[],
  acceptances: readonly Acceptance[],
  today: string,
): Unproven[] {
  return all.map((one) => {
    const accepted = acceptedBy({ code: 'unproven', ...one }, acceptances, today);
    return accepted === undefined ? one : { ...one, accepted };
  });
}

/** What is not accepted in words: one line a cause, with whom and what it is about, and how often it was met. */
export function unprovenLines(all: readonly Unproven[]): string[] {
  const causes = new Map<string, [Unproven, ...Unproven[]]>();
  for (const one of all.filter(({ accepted }) => accepted === undefined)) {
    const key = JSON.stringify([one.phase, one.object, one.reason]);
    const known = causes.get(key);
    if (known === undefined) {
      causes.set(key, [one]);
    } else {
      known.push(one);
    }
  }
  return [...causes.values()].map(lineOf);
}

function lineOf(cause: [Unproven, ...Unproven[]]): string {
  const [{ phase, object, reason }] = cause;
  const unique = (values: readonly string[]) => [...new Set(values.filter((value) => value !== ''))];
  const who = unique(cause.map(({ identity }) => identity));
  const what = unique(cause.map(({ access }) => access));
  const about = [who.join(', '), what.join(', ')].filter((text) => text !== '').join(' ');
  const often = cause.length > 1 ? `${counted(cause.length, 'attempt')}` : '';
  const of = listed([about, often].filter((text) => text !== ''));
  return `${phase}: ${object}: ${reason}${of === '' ? '' : ` (${of})`}`;
}

import { proofLevels, reaches, type ProofLevel } from '../common/proof-level.ts';
import { firstOf } from './unproven.ts';

/** Something that was not looked at, or proved nothing. */
export interface NotSeen {
  /** What, and why, in words. */
  text: string;
  /** The lowest level of proof that requires it. */
  partOf: ProofLevel;
  /** Set if that level is reached anyway: it is one attempt or suite of many. */
  oneOfMany?: true;
  /**
   * Set if the caller left out something optional, such as the URL of a login. It counts only if its level was demanded
   * explicitly.
   */
  notGiven?: true;
}

/** Why a login's statements did not run, by the caller's choice or for a reason that the caller cannot change. */
export function notGiven(text: string): NotSeen {
  return { text, partOf: 'login', notGiven: true };
}

/** One attempt, suite or login of many that proved nothing. */
export function oneOfMany(text: string): NotSeen {
  return { text, partOf: 'login', oneOfMany: true };
}

/** Tables in which nobody would notice a missing row, because each tenant's rows were read by that tenant. */
export function unmissedIn(tables: readonly string[]): NotSeen[] {
  const text = `a row that policies hide from its own tenant would not be missed: nobody sees the rows of all tenants of ${firstOf(tables)} at once`;
  return tables.length === 0 ? [] : [{ text, partOf: 'full', notGiven: true }];
}

/** The highest level for which nothing was left out. */
export function reachedWithout(notSeen: readonly NotSeen[]): ProofLevel {
  const isWhole = (level: ProofLevel) =>
    notSeen.every(({ partOf, oneOfMany: isOne }) => isOne === true || !reaches(level, partOf));
  return proofLevels.findLast(isWhole) ?? 'catalog';
}

/** The level that is demanded by default: the highest that the given URLs allow. */
export function allowedBy(notSeen: readonly NotSeen[]): ProofLevel {
  return reachedWithout(notSeen.filter(({ notGiven: isLeftOut }) => isLeftOut === true));
}

/** The part that a level requires. */
export function askedFor(notSeen: readonly NotSeen[], demanded: ProofLevel): NotSeen[] {
  return notSeen.filter(({ partOf }) => reaches(demanded, partOf));
}

/** One of many things that only a superuser could have shown. */
export function ofSuperuser(text: string): NotSeen {
  return { text, partOf: 'full', oneOfMany: true };
}

/** What a proof did not see. A text means one of many things that `level` requires. */
export function missedAt(level: ProofLevel, one: string | NotSeen): NotSeen {
  return typeof one === 'string' ? { ...oneOfMany(one), partOf: level } : one;
}

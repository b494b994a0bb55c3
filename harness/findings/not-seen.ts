import { proofLevels, reaches, type ProofLevel } from '../common/proof-level.ts';
import { firstOf } from './unproven.ts';

/** Something that was not looked at, or showed nothing. */
export interface NotSeen {
  /** What, and why, in words. */
  text: string;
  /** The lowest level of proof that asks for it. */
  partOf: ProofLevel;
  /** Set where that level is reached all the same: one attempt or suite of many. */
  oneOfMany?: true;
  /** Set where it is for want of something that the caller may leave out, as the URL of a login: nobody asks for it unless told. */
  notGiven?: true;
}

/** What keeps a login's statements from being run where the caller wants it so, or cannot help it. */
export function notGiven(text: string): NotSeen {
  return { text, partOf: 'login', notGiven: true };
}

/** One attempt, suite or login of many that showed nothing. */
export function oneOfMany(text: string): NotSeen {
  return { text, partOf: 'login', oneOfMany: true };
}

/** What nobody would miss in tables whose rows were read as each of their tenants. */
export function unmissedIn(tables: readonly string[]): NotSeen[] {
  const text = `a row that policies hide from its own tenant would not be missed: nobody sees the rows of all tenants of ${firstOf(tables)} at once`;
  return tables.length === 0 ? [] : [{ text, partOf: 'full', notGiven: true }];
}

/** The highest level of which nothing was left out. */
export function reachedWithout(notSeen: readonly NotSeen[]): ProofLevel {
  const isWhole = (level: ProofLevel) =>
    notSeen.every(({ partOf, oneOfMany: isOne }) => isOne === true || !reaches(level, partOf));
  return proofLevels.findLast(isWhole) ?? 'catalog';
}

/** What is demanded where nobody says it: all that what was given allows. */
export function allowedBy(notSeen: readonly NotSeen[]): ProofLevel {
  return reachedWithout(notSeen.filter(({ notGiven: isLeftOut }) => isLeftOut === true));
}

/** What of it a level asks for. */
export function askedFor(notSeen: readonly NotSeen[], demanded: ProofLevel): NotSeen[] {
  return notSeen.filter(({ partOf }) => reaches(demanded, partOf));
}

/** What a superuser alone would have shown, of many. */
export function ofSuperuser(text: string): NotSeen {
  return { text, partOf: 'full', oneOfMany: true };
}

/** What a proof did not see: a text is one of many things that `level` asks for. */
export function missedAt(level: ProofLevel, one: string | NotSeen): NotSeen {
  return typeof one === 'string' ? { ...oneOfMany(one), partOf: level } : one;
}

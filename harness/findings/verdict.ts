import { exitCode } from '../common/errors.ts';
import { lowest, type ProofLevel } from '../common/proof-level.ts';
import type { Finding } from './finding.ts';
import { allowedBy, askedFor, reachedWithout, type NotSeen } from './not-seen.ts';

export interface Verdict {
  status: 'pass' | 'fail' | 'inconclusive';
  exit_code: number;
  reasons: string[];
  proof: ProofOfVerdict;
}

/** How far a verdict was proven. */
export interface ProofOfVerdict {
  /** What it takes to pass. */
  demanded: ProofLevel;
  reached: ProofLevel;
  /** By the name of each proof that looked; one that only reads catalogs has no more than that. */
  of: Record<string, ProofLevel>;
  /** What was not looked at, or showed nothing, and the demanded level does not ask for, in words. */
  not_seen: string[];
}

/** What a verdict rests on: findings, and how far one went. */
export interface VerdictBasis {
  findings: readonly Finding[];
  proof: {
    /** Undefined: the highest level that what was given allows. */
    demanded: ProofLevel | undefined;
    /** How far what ran went. */
    reached: ProofLevel;
    /** Of each proof, by its name. */
    of: Readonly<Record<string, ProofLevel>>;
    notSeen: readonly NotSeen[];
  };
}

/**
 * `fail` when there is a finding, a fact even beside something unproven; `inconclusive` when something that the demanded
 * level asks for was not looked at, or showed nothing; else `pass`.
 */
export function decide({ findings, proof }: VerdictBasis): Verdict {
  const reached = lowest([proof.reached, reachedWithout(proof.notSeen)]);
  const demanded = proof.demanded ?? allowedBy(proof.notSeen);
  const missed = askedFor(proof.notSeen, demanded);
  const open = missed.map(({ text }) => text);
  const broken = [...new Set(findings.filter(({ accepted }) => accepted === undefined).map(reasonOf))];
  const of = {
    demanded,
    reached,
    of: Object.fromEntries(Object.entries(proof.of).map(([name, level]) => [name, lowest([level, reached])])),
    not_seen: proof.notSeen.filter((one) => !missed.includes(one)).map(({ text }) => text),
  };
  if (broken.length > 0) {
    return { status: 'fail', exit_code: exitCode.broken, reasons: [...broken, ...open], proof: of };
  }
  return open.length > 0
    ? { status: 'inconclusive', exit_code: exitCode.inconclusive, reasons: open, proof: of }
    : { status: 'pass', exit_code: exitCode.holds, reasons: [], proof: of };
}

/** A finding as a reason of the verdict. */
export function reasonOf({ code, identity, object, access = '' }: Finding): string {
  return `${code}: ${[identity, access, object].filter((word) => word !== '').join(' ')}`;
}

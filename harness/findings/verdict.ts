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

/** The level of proof of a verdict. */
export interface ProofOfVerdict {
  /** The level that is needed to pass. */
  demanded: ProofLevel;
  reached: ProofLevel;
  /** By the name of each proof that looked. A proof that only reads catalogs has no higher level. */
  of: Record<string, ProofLevel>;
  /** What was not looked at, or proved nothing, and is not required by the demanded level, in words. */
  not_seen: string[];
}

/** The input of a verdict: the findings, and the level of proof. */
export interface VerdictBasis {
  findings: readonly Finding[];
  proof: {
    /** Undefined: the highest level that the given URLs allow. */
    demanded: ProofLevel | undefined;
    /** The level that was reached. */
    reached: ProofLevel;
    /** The level of each proof, by its name. */
    of: Readonly<Record<string, ProofLevel>>;
    notSeen: readonly NotSeen[];
  };
}

/**
 * `fail` if there is a finding, even beside something unproven; `inconclusive` if something that the demanded level requires was
 * not looked at, or proved nothing; otherwise `pass`.
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

/** A finding as a reason for the verdict. */
export function reasonOf({ code, identity, object, access = '' }: Finding): string {
  return `${code}: ${[identity, access, object].filter((word) => word !== '').join(' ')}`;
}

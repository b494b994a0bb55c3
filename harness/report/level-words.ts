import { proofLevels, reaches, type ProofLevel } from '../common/proof-level.ts';

const meanings: Record<ProofLevel, string> = {
  catalog: 'read from the catalogs',
  login: 'tried as real logins, with controls that need no superuser',
  full: 'tried as real logins, with a superuser’s controls',
};

/** The proofs of a verdict by level, the highest first: `full: suites, fail-closed`. */
export function levelsByProof(of: Readonly<Record<string, ProofLevel>>): string[] {
  return proofLevels.toReversed().flatMap((level) => {
    const names = Object.keys(of).filter((name) => of[name] === level);
    return names.length === 0 ? [] : [`${level}: ${names.join(', ')}`];
  });
}

/** The level of proof of a verdict, in a sentence. */
export function levelWords({ demanded, reached }: { demanded: ProofLevel; reached: ProofLevel }): string {
  const asked = reaches(reached, demanded) ? '' : `; ${demanded} is demanded`;
  return `Level of proof: ${reached} (${meanings[reached]})${asked}.`;
}

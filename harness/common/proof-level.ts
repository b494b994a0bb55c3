/**
 * How far a database was proven. `catalog`: read from its catalogs. `login`: statements and suites of real logins, whose controls
 * need no superuser. `full`: with a superuser's controls. Each says more than the one before.
 */
export const proofLevels = ['catalog', 'login', 'full'] as const;
export type ProofLevel = (typeof proofLevels)[number];

/** The lower of levels; `full` of none. */
export function lowest(levels: readonly ProofLevel[]): ProofLevel {
  return proofLevels.find((level) => levels.includes(level)) ?? 'full';
}

/** Whether a level says at least what another one does. */
export function reaches(level: ProofLevel, demanded: ProofLevel): boolean {
  return proofLevels.indexOf(level) >= proofLevels.indexOf(demanded);
}

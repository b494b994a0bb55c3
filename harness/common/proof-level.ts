/**
 * How far a database was proven. `catalog`: from its catalogs. `login`: by statements and suites of real logins, whose controls
 * need no superuser. `full`: with a superuser's controls. Each level includes the one before.
 */
export const proofLevels = ['catalog', 'login', 'full'] as const;
export type ProofLevel = (typeof proofLevels)[number];

/** The lowest of the levels; `full` for none. */
export function lowest(levels: readonly ProofLevel[]): ProofLevel {
  return proofLevels.find((level) => levels.includes(level)) ?? 'full';
}

/** Whether a level is at least as high as another. */
export function reaches(level: ProofLevel, demanded: ProofLevel): boolean {
  return proofLevels.indexOf(level) >= proofLevels.indexOf(demanded);
}

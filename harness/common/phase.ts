/** One revision in one database: before the contract, and after it. */
export type PhaseName = 'baseline' | 'head';

export const phaseNames: readonly PhaseName[] = ['baseline', 'head'];

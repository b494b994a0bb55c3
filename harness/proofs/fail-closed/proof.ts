import type { Attempt } from '../../attempts/attempt.ts';
import { proof, type Phases } from '../proof.ts';
import { failClosedMatrix, type FailClosedCell } from './cells.ts';
import { judgeTenantCells, unprovenCells } from './judge.ts';
import { matrices } from './view.ts';

export interface FailClosedEvidence {
  /** The fail-closed matrix at head. */
  fail_closed: FailClosedCell[];
}

/** Whether every attempt on a tenant-isolated table stays within its tenant. */
export const failClosed = proof({
  name: 'fail-closed',
  folder: import.meta.url,
  witness: 'attempt',
  judge({ contract, head }: Phases<{ attempts: Attempt[] }>) {
    const cells = failClosedMatrix(contract, head.attempts);
    return {
      shown: { fail_closed: cells },
      findings: judgeTenantCells(contract, cells),
      unproven: unprovenCells(cells, head.attempts),
    };
  },
  sections: [
    {
      anchor: 'fail-closed',
      title: 'Fail-closed matrix',
      view: ({ fail_closed }: FailClosedEvidence) => ({ matrices: matrices(fail_closed) }),
    },
  ],
});

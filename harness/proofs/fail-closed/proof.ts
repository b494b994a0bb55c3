import type { Attempt } from '../../attempts/attempt.ts';
import { sessionsInWords, tenantInWords, type SessionInWords } from '../../contract/session-words.ts';
import { denials } from '../closed-world/denials.ts';
import { proof, type Phases, type SeenState } from '../proof.ts';
import { failClosedMatrix, type FailClosedCell } from './cells.ts';
import { judgeTenantCells, unprovenCells } from './judge.ts';
import { untriedTables } from './untried-tables.ts';
import { triedSessions } from './tried-sessions.ts';
import { matrices } from './view.ts';

export interface FailClosedEvidence {
  /** The fail-closed matrix at head. */
  fail_closed: FailClosedCell[];
  /** The sessions of the matrix, in words. */
  sessions: SessionInWords[];
  /** What the contract calls its tenants, for example "tenant", or "org and user". */
  tenant_word: string;
}

/** Proves that every attempt on a tenant-isolated table stays within its tenant. */
export const failClosed = proof({
  name: 'fail-closed',
  folder: import.meta.url,
  restsOn: 'attempts',
  witness: 'attempt',
  judge({ contract, head }: Phases<{ attempts: Attempt[]; state: SeenState }>) {
    const cells = failClosedMatrix(contract, head.attempts, denials(head.state.access));
    return {
      shown: {
        fail_closed: cells,
        sessions: sessionsInWords(contract),
        tenant_word: tenantInWords(contract),
      },
      findings: judgeTenantCells(contract, cells, head.state.facts),
      unproven: [...unprovenCells(cells), ...untriedTables(contract, head.attempts)],
    };
  },
  sections: [
    {
      anchor: 'fail-closed',
      title: 'Fail-closed matrix',
      view: ({ fail_closed, sessions, tenant_word }: FailClosedEvidence) => ({
        matrices: matrices(fail_closed),
        tenant_word,
        sessions: triedSessions(fail_closed, sessions),
      }),
    },
  ],
});

import type { ParsedContract } from '../../contract/contract.ts';
import { serverOf } from '../../findings/server.ts';
import { proof, type SeenState } from '../proof.ts';
import { withoutServers, type BypassFinding } from './judge.ts';
import { runBypassChecks } from './run-checks.ts';

/** Bypasses of the contract that the catalog shows. */
export const bypass = proof({
  name: 'bypass',
  folder: import.meta.url,
  witness: 'catalog',
  observation: {
    depth: 'catalog',
    nothing: [] as BypassFinding[],
    observe: async ({ superuser, contract, version, begin }) => ({
      // Without damage, a read-only transaction is enough.
      seen: await runBypassChecks(superuser, contract, version, begin === 'begin' ? undefined : begin),
    }),
  },
  judge: ({
    contract,
    head,
  }: {
    contract: ParsedContract;
    head: { bypass: BypassFinding[]; state: Pick<SeenState, 'facts'> };
  }) => ({
    shown: {},
    findings: withoutServers(head.bypass, serverOf(head.state.facts, contract)),
    unproven: [],
  }),
});

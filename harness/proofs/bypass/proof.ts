import { proof } from '../proof.ts';
import type { BypassFinding } from './judge.ts';
import { runBypassChecks } from './run-checks.ts';

/** Ways around the contract that the catalog shows. */
export const bypass = proof({
  name: 'bypass',
  folder: import.meta.url,
  witness: 'catalog',
  observation: {
    reach: 'catalog',
    nothing: [] as BypassFinding[],
    observe: async ({ superuser, contract, version, begin }) => ({
      // Where nothing is damaged, a transaction that cannot write will do.
      seen: await runBypassChecks(superuser, contract, version, begin === 'begin' ? undefined : begin),
    }),
  },
  judge: ({ head }: { head: { bypass: BypassFinding[] } }) => ({ shown: {}, findings: head.bypass, unproven: [] }),
});

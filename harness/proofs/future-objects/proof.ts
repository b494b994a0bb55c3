import { proof, type Phases, type SeenState } from '../proof.ts';
import { judgeDefaultPrivileges, judgeFuture, type FutureObject } from './judge.ts';
import { tryFutureObjects } from './observe.ts';

/** Proves what a migrator's future objects will grant. */
export const futureObjects = proof({
  name: 'future',
  folder: import.meta.url,
  witness: 'catalog',
  observation: {
    depth: 'transactions',
    nothing: [] as FutureObject[],
    async observe({ superuser, contract, version, begin }) {
      const { future, notSeen } = await tryFutureObjects(superuser, contract, version, begin);
      return { seen: future, notSeen };
    },
  },
  judge: ({ contract, head }: Phases<{ state: SeenState; future: FutureObject[] }>) => ({
    shown: {},
    findings: [
      ...judgeFuture(contract, head.future, head.state.facts),
      ...judgeDefaultPrivileges(contract, head.state.facts),
    ],
    unproven: [],
  }),
});

import { proof, type Phases } from '../proof.ts';
import { judgeOracles, unprovenOracles } from './judge.ts';
import { runOracles } from './observe.ts';
import type { Oracle } from './oracle.ts';
import { oracleViews } from './view.ts';

export interface OraclesEvidence {
  /** Keys by which a session might learn of hidden rows, each tried at head. */
  oracles: Oracle[];
}

/** Proves whether a unique key, a foreign key or a cascade reveals hidden rows. */
export const oracles = proof({
  name: 'oracles',
  folder: import.meta.url,
  witness: 'attempt',
  observation: {
    depth: 'rows',
    phases: ['head'],
    nothing: [] as Oracle[],
    async observe({ superuser, contract, logins, begin, ours, objects, ground }) {
      // Damage may change a key, and then the shapes.
      const { shapes: known, hands } = await ground();
      const shapes = begin === 'begin' ? known : undefined;
      const options = { opening: begin, keepSequences: !ours, objects, shapes, hands };
      return { seen: await runOracles(superuser, contract, logins, options) };
    },
  },
  judge: ({ contract, head }: Phases<{ oracles: Oracle[] }>) => ({
    shown: { oracles: head.oracles },
    findings: judgeOracles(contract, head.oracles),
    unproven: unprovenOracles(head.oracles),
  }),
  sections: [
    {
      anchor: 'oracles',
      title: 'Existence oracles',
      view: (evidence: OraclesEvidence) => ({ oracles: oracleViews(evidence.oracles) }),
    },
  ],
});

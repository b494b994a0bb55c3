import type { ParsedContract } from '../contract/contract.ts';
import { forAdmin } from '../findings/as-admin.ts';
import { sortFindings, type Finding } from '../findings/finding.ts';
import { serverOf } from '../findings/server.ts';
import { everyProof, type Intersected, type proofs } from './index.ts';
import type { Observations, Seen } from './observations.ts';
import type { Judged, Phases } from './proof.ts';

type One = (typeof proofs)[number];
type ShownBy<P extends One> = P extends One ? ReturnType<NonNullable<P['judge']>>['shown'] : never;
/** What all proofs together add to the evidence. */
export type Shown = Intersected<ShownBy<One>>;

/** What the observations mean under the contract. The same observations always give the same judgement. */
export function judgeAll(phases: Phases<Observations>): Judged<Shown> {
  const judged = everyProof.flatMap(({ judge }) => (judge === undefined ? [] : [judge(phases)]));
  return {
    shown: Object.assign({}, ...judged.map(({ shown }) => shown)) as Shown,
    findings: mended(sortFindings(judged.flatMap(({ findings }) => findings)), phases),
    unproven: judged.flatMap(({ unproven }) => unproven),
  };
}

/** The findings with remedies that the server's administrator may execute. */
function mended(findings: Finding[], { contract, head: { state } }: Phases<Observations>): Finding[] {
  const server = serverOf(state.facts, contract);
  return server === undefined ? findings : forAdmin(findings, server, state.facts);
}

/** The findings of one witness about one database: of the catalog alone, or of the live attempts alone. */
export function findingsOf(witness: 'catalog' | 'attempt', contract: ParsedContract, seen: Seen): Finding[] {
  const head: Observations = { ...seen, buildPaths: [], traces: { added: [], removed: [] } };
  const all = everyProof.filter((one) => one.witness === witness);
  return sortFindings(all.flatMap(({ judge }) => judge?.({ contract, baseline: undefined, head }).findings ?? []));
}

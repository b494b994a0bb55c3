import type { ContextName, Expectation, ParsedContract } from '../../contract/contract.ts';
import { isTenantIsolated } from '../../contract/declared.ts';
import { changeOf, type Change } from '../suites/assertion-changes.ts';
import { couldNotBeSetUp, type Attempt, type Outcome } from '../../attempts/attempt.ts';

/** One expectation of a deficiency, and what was seen. */
export interface ExpectationResult {
  /** `app_user INSERT public.llm_api_calls (own-tenant)` */
  what: string;
  expected: Outcome;
  seen: Outcome | 'not-observed';
  message: string | null;
  met: boolean;
  /** Not even the superuser could run the statement: what was seen shows nothing. */
  unproven: boolean;
}

/** A known failure before the contract, and whether it is gone after it. */
export interface DeficiencyResult {
  id: string;
  claim: string;
  baseline: ExpectationResult[];
  head: ExpectationResult[];
  /** `fixed`: reproduced at baseline, gone at head. `held`: never reproduced. */
  status: Change;
}

/** Holds each declared deficiency against the attempts of both phases. */
export function judgeDeficiencies(
  contract: ParsedContract,
  attempts: Record<'baseline' | 'head', readonly Attempt[]>,
): DeficiencyResult[] {
  return contract.deficiencies.map(({ id, claim, baseline, head }) => {
    const before = baseline.map((expectation) => judge(contract, expectation, attempts.baseline));
    const after = head.map((expectation) => judge(contract, expectation, attempts.head));
    const reproduced = before.every(({ met }) => met);
    return {
      id,
      claim,
      baseline: before,
      head: after,
      status: changeOf(
        !reproduced,
        after.every(({ met }) => met),
      ),
    };
  });
}

function judge(
  contract: ParsedContract,
  { identity, access, object, context, outcome }: Expectation,
  attempts: readonly Attempt[],
): ExpectationResult {
  const tried = (where: ContextName | 'none') =>
    attempts.find(({ key }) => key === `attempt/${identity}/${object}/${access}/${where}`);
  // A table whose row security is not about tenants is tried in no context.
  const where = context ?? (isTenantIsolated(contract, object) && tried('none') === undefined ? 'own-tenant' : 'none');
  const seen = tried(where);
  return {
    what: `${identity} ${access} ${object}${where === 'none' ? '' : ` (${where})`}`,
    expected: outcome,
    seen: seen?.outcome ?? 'not-observed',
    message: seen?.message ?? null,
    met: seen?.outcome === outcome,
    unproven: seen !== undefined && couldNotBeSetUp(seen),
  };
}

import type { Finding } from '../../findings/finding.ts';
import type { ContextName, Expectation, ParsedContract } from '../../contract/contract.ts';
import { isTenantIsolated } from '../../contract/declared.ts';
import { changeOf, type Change } from '../../common/change.ts';
import { keyIn, type Attempt } from '../../attempts/attempt.ts';
import { couldNotBeSetUp, parseOutcome, type Outcome } from '../../attempts/outcome.ts';
import type { Unproven } from '../../findings/unproven.ts';

/** One expectation of a deficiency, and what was seen. */
export interface ExpectationResult {
  /** `app_user INSERT public.llm_api_calls (own-tenant)` */
  what: string;
  expected: Outcome;
  seen: Outcome | 'not-observed';
  message: string | null;
  met: boolean;
  /** Not even the superuser could run the statement, so the result proves nothing. */
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

/** Compares each declared deficiency with the attempts of both phases. */
export function judgeDeficiencies(
  contract: ParsedContract,
  attempts: Record<'baseline' | 'head', readonly Attempt[]>,
): DeficiencyResult[] {
  if (contract.deficiencies.length === 0) {
    return [];
  }
  const byKey = (all: readonly Attempt[]) =>
    new Map(all.toReversed().map((attempt) => [keyIn({ ...attempt, session: undefined }, attempt.context), attempt]));
  const tried = { baseline: byKey(attempts.baseline), head: byKey(attempts.head) };
  return contract.deficiencies.map(({ id, claim, baseline, head }) => {
    const before = baseline.map((expectation) => resultOf(contract, expectation, tried.baseline));
    const after = head.map((expectation) => resultOf(contract, expectation, tried.head));
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

function resultOf(
  contract: ParsedContract,
  { identity, access, object, context, outcome }: Expectation,
  attempts: ReadonlyMap<string, Attempt>,
): ExpectationResult {
  const tried = (where: ContextName | 'none') => attempts.get(keyIn({ identity, object, command: access }, where));
  // A table whose row security is not about tenants is tried in no context, and a view in the own tenant's.
  const hasTenants = isTenantIsolated(contract, object) || tried('own-tenant') !== undefined;
  const where = context ?? (hasTenants && tried('none') === undefined ? 'own-tenant' : 'none');
  const seen = tried(where);
  return {
    what: `${identity} ${access} ${object}${where === 'none' ? '' : ` (${where})`}`,
    expected: outcome,
    seen: seen?.outcome ?? 'not-observed',
    message: seen?.message ?? null,
    met: seen !== undefined && isAsExpected(seen.outcome, outcome),
    unproven: seen !== undefined && couldNotBeSetUp(seen, seen.control),
  };
}

/** A finding for each deficiency that still exists at head, as far as that was proven. */
export function openDeficiencies(deficiencies: readonly DeficiencyResult[]): Finding[] {
  return deficiencies
    .filter(
      ({ status, head }) =>
        (status === 'still-red' || status === 'broken') && head.some(({ met, unproven }) => !met && !unproven),
    )
    .map(openDeficiency);
}

function openDeficiency({ id, claim, status, head }: DeficiencyResult): Finding {
  const unmet = head
    .filter(({ met }) => !met)
    .map(({ what, expected, seen }) => `${what} should end as ${expected} and ended as ${seen}`);
  return {
    code: 'deficiency-open',
    severity: 'high',
    object: id,
    identity: '',
    message: `${id} is ${status}: ${claim} ${unmet.join('; ')}`,
    remedy: 'The head revision must make every head expectation of the deficiency come true.',
  };
}

/** Deficiencies that were not reproduced at baseline. */
export function unreproduced(deficiencies: readonly DeficiencyResult[]): Unproven[] {
  return deficiencies.flatMap(({ id, status, baseline }) =>
    status === 'held' || status === 'broken'
      ? baseline
          .filter(({ met }) => !met)
          .map(({ what, expected, seen }) => ({
            phase: 'baseline',
            object: id,
            identity: '',
            access: '',
            reason: `it was not reproduced: ${what} should end as ${expected} and ended as ${seen}`,
          }))
      : [],
  );
}

/** Contracts used to write `error:23505` for `stopped:23505`. */
function isAsExpected(seen: Outcome, expected: Outcome): boolean {
  const [before, now] = [parseOutcome(expected), parseOutcome(seen)];
  return seen === expected || (before.kind === 'error' && now.kind === 'stopped' && before.sqlstate === now.sqlstate);
}

import { byNobody, type AssertionRef, type FindingRef, type KilledBy, type MutantResult } from './mutant-result.ts';

/** A mutant with its result, from the few properties that a test needs. */
export function mutantResult(
  id: string,
  status: MutantResult['status'],
  killedBy: Partial<KilledBy> = {},
  rest: Partial<MutantResult> = {},
): MutantResult {
  const [operator = '', object = '', identity = ''] = id.split('/');
  return {
    id,
    operator,
    object,
    identity,
    description: `${id}.`,
    sql: `-- ${id}`,
    isolation: 'transaction',
    status,
    killed_by: { ...byNobody(), ...killedBy },
    notes: [],
    ...rest,
  };
}

/** The reference to a finding. */
export function found(code: string, object = '', identity = '', access?: string): FindingRef {
  return { code, object, identity, ...(access === undefined ? {} : { access }) };
}

/** The reference to an assertion. */
export function red(suite: string, number = 1, name = 'x'): AssertionRef {
  return { suite, number, name };
}

export const accepted = { reason: 'known', until: '2026-12-31' };

import { catalogAnswer } from '../attempts/catalog-answer.ts';
import type { Attempt, CatalogAnswer, PositiveControl } from '../attempts/attempt.ts';
import type { Outcome } from '../attempts/outcome.ts';
import type { SuiteRun } from '../pgtap/suite-run.ts';
import type { Assertion, AssertionResult } from '../pgtap/assertion.ts';

/** Observations, for tests without a database. */
export const working: PositiveControl = { as: 'superuser', outcome: 'allowed', sqlstate: null, message: null, rows: 1 };

export function attempt(words: string, outcome: Outcome, rest: Partial<Attempt> = {}): Attempt {
  const [identity, access, object, context = 'none'] = words.split(' ') as [string, string, string, string?];
  const key = `attempt/${identity}/${object}/${access}/${context}`;
  const rows = outcome === 'allowed' ? 1 : 0;
  return {
    kind: 'attempt',
    key,
    identity,
    object,
    command: access,
    access,
    context,
    outcome,
    sqlstate: null,
    message: null,
    rows,
    sql: '',
    foreign_rows: 0,
    control: working,
    ...rest,
  };
}

export function answer(words: string, said: CatalogAnswer['answer']): CatalogAnswer {
  const [identity, object, ...access] = words.split(' ') as [string, string, string, ...string[]];
  const question = access.length === 1 ? 'has_table_privilege' : 'has_any_column_privilege';
  return catalogAnswer({ question, identity, object, privilege: access[0] }, said);
}

export const assertion = (
  number: number,
  name: string,
  result: AssertionResult = 'ok',
  diagnostics = '',
): Assertion => ({ number, name, result, diagnostics });

export function suite(
  name: string,
  assertions: Assertion[] = [assertion(1, 'a')],
  rest: Partial<SuiteRun> = {},
): SuiteRun {
  const file = `pgtap/suites/${name}.sql`;
  return {
    suite: name,
    file,
    as: 'app',
    session: 'login',
    why: '',
    remedy: 'Mend it.',
    status: 'complete',
    reason: null,
    sqlstate: null,
    planned: assertions.length,
    assertions,
    tap: '',
    ...rest,
  };
}

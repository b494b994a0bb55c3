import { readFileSync } from 'node:fs';

import { contractedObjects, identitiesOf } from '../../contract/declared.ts';
import type { ParsedContract } from '../../contract/contract.ts';
import { readOnly } from '../../catalog/read-state.ts';
import { snapshotSettings } from '../../catalog/snapshot.ts';
import { rolledBack } from '../../postgres/rolled-back.ts';
import type { Session } from '../../postgres/session.ts';
import type { CatalogAnswer } from '../../attempts/attempt.ts';
import { catalogAnswer } from '../../attempts/catalog-answer.ts';

const questionsSql = readFileSync(new URL('sql/catalog-questions.sql', import.meta.url), 'utf8');

interface Question {
  identity: string;
  kind: 'table' | 'table-column' | 'function';
  object: string;
  privilege: string;
}

const functions = {
  table: 'has_table_privilege',
  'table-column': 'has_any_column_privilege',
  function: 'has_function_privilege',
} as const;

/**
 * Asks, as superuser and in one query, what each login and group may do with each contracted table and function. It runs in the
 * transaction that `opening` begins and that is rolled back.
 */
export async function askCatalog(
  superuser: Session,
  contract: ParsedContract,
  opening: string = readOnly,
): Promise<CatalogAnswer[]> {
  const questions = questionsOf(contract);
  const column = <K extends keyof Question>(name: K) => questions.map((question) => question[name]);
  const rows = await rolledBack(superuser, `${opening}; ${snapshotSettings}`, () =>
    superuser.query<{ answer: string }>(questionsSql, [
      column('identity'),
      column('kind'),
      column('object'),
      column('privilege'),
    ]),
  );
  return questions.map(({ kind, ...question }, index) => {
    const answer = rows[index]!.answer;
    return catalogAnswer(
      { question: functions[kind], ...question },
      answer === 'absent' ? 'absent' : answer === 'true',
    );
  });
}

function questionsOf(contract: ParsedContract): Question[] {
  const identities = [...identitiesOf(contract, 'login'), ...identitiesOf(contract, 'group')];
  return identities.flatMap((identity) =>
    contractedObjects(contract).flatMap(({ kind, object }): Question[] =>
      kind === 'function'
        ? [{ identity, kind, object, privilege: 'EXECUTE' }]
        : [
            ...['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER'].map((privilege) => ({
              identity,
              kind,
              object,
              privilege,
            })),
            ...['SELECT', 'INSERT', 'UPDATE'].map((privilege) => ({
              identity,
              kind: 'table-column' as const,
              object,
              privilege,
            })),
          ],
    ),
  );
}

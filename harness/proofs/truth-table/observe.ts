import { readFileSync } from 'node:fs';

import { contractedObjects, identitiesOf } from '../../contract/declared.ts';
import type { ParsedContract } from '../../contract/contract.ts';
import type { Session } from '../../postgres/session.ts';
import type { CatalogAnswer } from '../../attempts/attempt.ts';

const questionsSql = readFileSync(new URL('sql/catalog-questions.sql', import.meta.url), 'utf8');

interface Question {
  identity: string;
  kind: 'table' | 'table-column' | 'function';
  object: string;
  access: string;
}

const functions = {
  table: 'has_table_privilege',
  'table-column': 'has_any_column_privilege',
  function: 'has_function_privilege',
};

/** Word that marks a question about any column in a probe's access. */
export const ofAnyColumn = ' of any column';

/** Asks, as superuser and in one query, what each login and group may do with each contracted table and function. */
export async function askCatalog(superuser: Session, contract: ParsedContract): Promise<CatalogAnswer[]> {
  const questions = questionsOf(contract);
  const column = <K extends keyof Question>(name: K) => questions.map((question) => question[name]);
  const rows = await superuser.query<{ answer: string }>(questionsSql, [
    column('identity'),
    column('kind'),
    column('object'),
    column('access'),
  ]);
  return questions.map((question, index) => {
    const { identity, kind, object } = question;
    const access = kind === 'table-column' ? `${question.access}${ofAnyColumn}` : question.access;
    const answer = rows[index]!.answer;
    return {
      kind: 'catalog',
      key: `catalog/${identity}/${object}/${access}`,
      identity,
      object,
      access,
      answer: answer === 'absent' ? 'absent' : answer === 'true',
      sql: `${functions[kind]}('${identity}', '${object}', '${question.access}')`,
    };
  });
}

function questionsOf(contract: ParsedContract): Question[] {
  const identities = [...identitiesOf(contract, 'login'), ...identitiesOf(contract, 'group')];
  return identities.flatMap((identity) =>
    contractedObjects(contract).flatMap(({ kind, object }): Question[] =>
      kind === 'function'
        ? [{ identity, kind, object, access: 'EXECUTE' }]
        : [
            ...['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER'].map((access) => ({
              identity,
              kind,
              object,
              access,
            })),
            ...['SELECT', 'INSERT', 'UPDATE'].map((access) => ({
              identity,
              kind: 'table-column' as const,
              object,
              access,
            })),
          ],
    ),
  );
}

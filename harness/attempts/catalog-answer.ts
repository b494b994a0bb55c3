import type { CatalogAnswer } from './attempt.ts';

/** A question that the server answers about one privilege of one identity on one object. */
export type CatalogQuestion = Pick<CatalogAnswer, 'question' | 'identity' | 'object' | 'privilege'>;

/** The answer to a question, with its key and its text. */
export function catalogAnswer(
  { question, identity, object, privilege }: CatalogQuestion,
  answer: CatalogAnswer['answer'],
): CatalogAnswer {
  const access = question === 'has_any_column_privilege' ? `${privilege} of any column` : privilege;
  return {
    kind: 'catalog',
    key: ['catalog', identity, object, access].join('/'),
    identity,
    object,
    privilege,
    access,
    answer,
    question,
    sql: `${question}('${identity}', '${object}', '${privilege}')`,
  };
}

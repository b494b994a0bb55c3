import { keyIn, type Attempt, type CatalogAnswer, type PositiveControl, type Probe } from '../attempts/attempt.ts';
import { catalogAnswer } from '../attempts/catalog-answer.ts';
import type { StoredAnswers, StoredAttempt, StoredProbe } from './stored.ts';
import type { Table } from './table.ts';

/** The tables that stored probes refer to. */
export interface Tables {
  texts: Table<string>;
  controls: Table<PositiveControl>;
  contextSets: Table<string[]>;
}

/** The contents of each table by index, for reading probes back. */
export interface Places {
  textAt(at: number): string;
  controlAt(at: number | undefined): PositiveControl | null;
  contextsAt(at: number): readonly string[];
}

/** The stored probes: catalog answers on one object as one, and attempts that differ only in their context as one. */
export function storeProbes(probes: readonly Probe[], tables: Tables): StoredProbe[] {
  const answers = new Map<string, StoredAnswers>();
  const attempts = new Map<string, { stored: Omit<StoredAttempt, 'contexts_at'>; contexts: string[] }>();
  for (const probe of probes) {
    if (probe.kind === 'catalog') {
      const { identity, object, question, privilege, answer } = probe;
      const key = JSON.stringify([identity, object]);
      const known = answers.get(key) ?? { kind: 'catalog', identity, object, answers: {} };
      answers.set(key, known);
      known.answers[question] = { ...known.answers[question], [privilege]: answer };
    } else {
      const stored = storeAttempt(probe, tables);
      const key = JSON.stringify(stored);
      const known = attempts.get(key) ?? { stored, contexts: [] };
      attempts.set(key, known);
      known.contexts.push(probe.context);
    }
  }
  return [
    ...answers.values(),
    ...[...attempts.values()].map(({ stored, contexts }) => ({
      ...stored,
      contexts_at: tables.contextSets.place(contexts),
    })),
  ];
}

function storeAttempt(attempt: Attempt, { texts, controls }: Tables): Omit<StoredAttempt, 'contexts_at'> {
  const { kind, identity, object, command, access, outcome, sqlstate, message, rows, foreign_rows } = attempt;
  const { sql, control, stage, raised_in, unproven, row_unchanged, value, session, login } = attempt;
  const { missing_rows, foreign_row, missing_row, others_closed } = attempt;
  return {
    kind,
    identity,
    ...(session === undefined ? {} : { session }),
    ...(login === undefined ? {} : { login }),
    object,
    command,
    ...(access === command ? {} : { access }),
    ...(value === undefined ? {} : { value }),
    outcome,
    ...(sqlstate === null ? {} : { sqlstate }),
    ...(message === null ? {} : { message_at: texts.place(message) }),
    ...(rows === 0 ? {} : { rows }),
    ...(foreign_rows === 0 ? {} : { foreign_rows }),
    ...(missing_rows === undefined ? {} : { missing_rows }),
    ...(foreign_row === undefined ? {} : { foreign_row }),
    ...(missing_row === undefined ? {} : { missing_row }),
    ...(others_closed === undefined ? {} : { others_closed }),
    ...(stage === undefined ? {} : { stage }),
    ...(raised_in === undefined ? {} : { raised_in }),
    ...(unproven === undefined ? {} : { unproven }),
    ...(row_unchanged === undefined ? {} : { row_unchanged }),
    ...(control === null ? {} : { control_at: controls.place(control) }),
    sql_at: texts.place(sql),
  };
}

/** The probes that a stored one stands for. */
export function expandProbe(stored: StoredProbe, places: Places): Probe[] {
  return stored.kind === 'catalog' ? expandAnswers(stored) : expandAttempt(stored, places);
}

function expandAnswers({ identity, object, answers }: StoredAnswers): CatalogAnswer[] {
  return (Object.entries(answers) as [CatalogAnswer['question'], Record<string, CatalogAnswer['answer']>][]).flatMap(
    ([question, byPrivilege]) =>
      Object.entries(byPrivilege).map(([privilege, answer]) =>
        catalogAnswer({ question, identity, object, privilege }, answer),
      ),
  );
}

function expandAttempt(stored: StoredAttempt, { textAt, controlAt, contextsAt }: Places): Attempt[] {
  const { sql_at, message_at, control_at, contexts_at, ...attempt } = stored;
  const { command } = attempt;
  return contextsAt(contexts_at).map((context) => ({
    ...attempt,
    context,
    key: keyIn(attempt, context),
    access: attempt.access ?? command,
    sqlstate: attempt.sqlstate ?? null,
    message: message_at === undefined ? null : textAt(message_at),
    rows: attempt.rows ?? 0,
    foreign_rows: attempt.foreign_rows ?? 0,
    control: controlAt(control_at),
    sql: textAt(sql_at),
  }));
}

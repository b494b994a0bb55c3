import type { Attempt, CatalogAnswer, Probe, PositiveControl } from '../attempts/attempt.ts';
import type { SuiteRun } from '../pgtap/suite-run.ts';
import type { FailClosedCell } from '../proofs/fail-closed/cells.ts';
import type { PhaseEvidence } from '../proofs/phase-evidence.ts';
import type { Evidence } from './evidence.ts';
import type {
  StoredAnswer,
  StoredAttempt,
  StoredCell,
  StoredEvidence,
  StoredPhase,
  StoredProbe,
  StoredSuite,
} from './stored.ts';

/** The evidence as it is stored: what several attempts share stands once. */
export function compact({ phases, fail_closed, ...rest }: Evidence): StoredEvidence {
  const texts = new Table<string>((text) => text);
  const controls = new Table<PositiveControl>((control) => JSON.stringify(control));
  const storePhase = (phase: PhaseEvidence): StoredPhase => ({
    ...phase,
    suites: phase.suites.map(storeSuite),
    probes: storeProbes(phase.probes, texts, controls),
  });
  const [baseline, head] = [storePhase(phases.baseline), storePhase(phases.head)];
  const cells = storeCells(fail_closed, controls);
  return {
    ...rest,
    phases: { baseline, head },
    fail_closed: cells,
    texts: texts.items,
    positive_controls: controls.items,
  };
}

/** The stored evidence in one piece again, as judges and views know it; suites have no TAP text, which is a file of the pack. */
export function expand({ phases, fail_closed, texts, positive_controls, ...rest }: StoredEvidence): Evidence {
  const textAt = (at: number) => taken(texts, at, 'texts');
  const controlAt = (at: number | undefined) =>
    at === undefined ? null : taken(positive_controls, at, 'positive_controls');
  const phase = (stored: StoredPhase): PhaseEvidence => ({
    ...stored,
    suites: stored.suites.map(expandSuite),
    probes: stored.probes.flatMap((probe) => expandProbe(probe, textAt, controlAt)),
  });
  return {
    ...rest,
    phases: { baseline: phase(phases.baseline), head: phase(phases.head) },
    fail_closed: fail_closed.flatMap((cell) => expandCell(cell, controlAt)),
  };
}

/** What is told apart by a key, each once, in the order in which it came. */
class Table<T> {
  readonly items: T[] = [];
  readonly #places = new Map<string, number>();
  readonly #keyOf: (item: T) => string;

  constructor(keyOf: (item: T) => string) {
    this.#keyOf = keyOf;
  }

  /** The place of the item, which is added where it is new. */
  place(item: T): number {
    const key = this.#keyOf(item);
    const known = this.#places.get(key);
    if (known !== undefined) {
      return known;
    }
    this.#places.set(key, this.items.length);
    return this.items.push(item) - 1;
  }
}

function taken<T>(table: readonly T[], at: number, name: string): T {
  const item = table[at];
  if (item === undefined) {
    throw new Error(`refers to place ${at} of ${name}, which has ${table.length}`);
  }
  return item;
}

function storeSuite(run: SuiteRun): StoredSuite {
  const { suite, file, as, session, why, remedy, witnesses, status, reason, sqlstate, planned, assertions } = run;
  return {
    suite,
    file,
    as,
    session,
    why,
    remedy,
    ...(witnesses === undefined ? {} : { witnesses }),
    status,
    reason,
    sqlstate,
    planned,
    assertions: assertions.map(({ diagnostics, ...one }) => (diagnostics === '' ? one : { ...one, diagnostics })),
  };
}

function expandSuite(stored: StoredSuite): SuiteRun {
  return { ...stored, assertions: stored.assertions.map((one) => ({ diagnostics: '', ...one })), tap: '' };
}

/** The probes, attempts that differ in nothing but their context as one. */
function storeProbes(probes: readonly Probe[], texts: Table<string>, controls: Table<PositiveControl>): StoredProbe[] {
  const alike = new Map<string, StoredAttempt>();
  return probes.flatMap((probe): StoredProbe[] => {
    if (probe.kind === 'catalog') {
      return [storeAnswer(probe, texts)];
    }
    const stored = storeAttempt(probe, texts, controls);
    const key = JSON.stringify({ ...stored, contexts: [] });
    const known = alike.get(key);
    if (known !== undefined) {
      known.contexts.push(probe.context);
      return [];
    }
    alike.set(key, stored);
    return [stored];
  });
}

function storeAnswer(
  { kind, identity, object, privilege, access, answer, sql }: CatalogAnswer,
  texts: Table<string>,
): StoredAnswer {
  return { kind, identity, object, privilege, access, answer, sql_at: texts.place(sql) };
}

function storeAttempt(attempt: Attempt, texts: Table<string>, controls: Table<PositiveControl>): StoredAttempt {
  const { kind, identity, object, command, access, context, outcome, sqlstate, message, rows, foreign_rows } = attempt;
  const { sql, control, stage, raised_in, unproven, row_unchanged, value } = attempt;
  return {
    kind,
    identity,
    object,
    command,
    ...(access === command ? {} : { access }),
    contexts: [context],
    ...(value === undefined ? {} : { value }),
    outcome,
    ...(sqlstate === null ? {} : { sqlstate }),
    ...(message === null ? {} : { message_at: texts.place(message) }),
    ...(rows === 0 ? {} : { rows }),
    ...(foreign_rows === 0 ? {} : { foreign_rows }),
    ...(stage === undefined ? {} : { stage }),
    ...(raised_in === undefined ? {} : { raised_in }),
    ...(unproven === undefined ? {} : { unproven }),
    ...(row_unchanged === undefined ? {} : { row_unchanged }),
    ...(control === null ? {} : { control_at: controls.place(control) }),
    sql_at: texts.place(sql),
  };
}

function expandProbe(
  stored: StoredProbe,
  textAt: (at: number) => string,
  controlAt: (at: number | undefined) => PositiveControl | null,
): Probe[] {
  if (stored.kind === 'catalog') {
    const { sql_at, ...answer } = stored;
    const { identity, object, access } = answer;
    return [{ ...answer, key: `catalog/${identity}/${object}/${access}`, sql: textAt(sql_at) }];
  }
  const { sql_at, message_at, control_at, contexts, ...attempt } = stored;
  const { identity, object, command } = attempt;
  return contexts.map((context) => ({
    ...attempt,
    context,
    key: `attempt/${identity}/${object}/${command}/${context}`,
    access: attempt.access ?? command,
    sqlstate: attempt.sqlstate ?? null,
    message: message_at === undefined ? null : textAt(message_at),
    rows: attempt.rows ?? 0,
    foreign_rows: attempt.foreign_rows ?? 0,
    control: controlAt(control_at),
    sql: textAt(sql_at),
  }));
}

/** The cells, those that differ in nothing but their context as one. */
function storeCells(cells: readonly FailClosedCell[], controls: Table<PositiveControl>): StoredCell[] {
  const alike = new Map<string, StoredCell>();
  for (const cell of cells) {
    const stored = storeCell(cell, controls);
    const key = JSON.stringify({ ...stored, context: '' });
    const known = alike.get(key);
    if (known === undefined) {
      alike.set(key, stored);
    } else {
      known.also_in = [...(known.also_in ?? []), cell.context];
    }
  }
  return [...alike.values()];
}

function storeCell(cell: FailClosedCell, controls: Table<PositiveControl>): StoredCell {
  const { table, command, identity, context, outcome, sqlstate, message, rows, stage, closed, value } = cell;
  const { control, closed_to_all, unproven, row_unchanged } = cell;
  return {
    table,
    command,
    identity,
    context,
    ...(value === undefined ? {} : { value }),
    outcome,
    ...(sqlstate === null ? {} : { sqlstate }),
    ...(message === null ? {} : { message }),
    rows,
    ...(stage === undefined ? {} : { stage }),
    closed,
    ...(control === null ? {} : { control_at: controls.place(control) }),
    ...(closed_to_all === null ? {} : { closed_to_all }),
    ...(unproven === null ? {} : { unproven }),
    ...(row_unchanged === null ? {} : { row_unchanged }),
  };
}

function expandCell(
  { also_in = [], control_at, ...cell }: StoredCell,
  controlAt: (at: number | undefined) => PositiveControl | null,
): FailClosedCell[] {
  return [cell.context, ...also_in].map((context) => ({
    ...cell,
    context,
    sqlstate: cell.sqlstate ?? null,
    message: cell.message ?? null,
    control: controlAt(control_at),
    closed_to_all: cell.closed_to_all ?? null,
    unproven: cell.unproven ?? null,
    row_unchanged: cell.row_unchanged ?? null,
  }));
}

import type { PositiveControl } from '../attempts/attempt.ts';
import type { SuiteRun } from '../pgtap/suite-run.ts';
import type { FailClosedCell } from '../proofs/fail-closed/cells.ts';
import type { PhaseEvidence } from '../proofs/phase-evidence.ts';
import { expandProbe, storeProbes, type Places } from './compact-probes.ts';
import type { Evidence } from './evidence.ts';
import type { StoredAssertion, StoredCell, StoredEvidence, StoredPhase, StoredSuite } from './stored.ts';
import { Table, taken } from './table.ts';

/** The evidence as it is stored: what several attempts share is stored once. */
export function compact({ phases, fail_closed, ...rest }: Evidence): StoredEvidence {
  const texts = new Table<string>((text) => text);
  const controls = new Table<PositiveControl>((control) => JSON.stringify(control));
  const contextSets = new Table<string[]>((contexts) => JSON.stringify(contexts));
  const storePhase = (phase: PhaseEvidence): StoredPhase => ({
    ...phase,
    suites: phase.suites.map(storeSuite),
    probes: storeProbes(phase.probes, { texts, controls, contextSets }),
  });
  const [baseline, head] = [storePhase(phases.baseline), storePhase(phases.head)];
  const cells = storeCells(fail_closed, controls);
  return {
    ...rest,
    phases: { baseline, head },
    fail_closed: cells,
    texts: texts.items,
    positive_controls: controls.items,
    context_sets: contextSets.items,
  };
}

/** The stored evidence expanded, as judges and views need it. Suites lack their TAP text, which is a file of the pack. */
export function expand(stored: StoredEvidence): Evidence {
  const { fail_closed, texts, positive_controls, context_sets, ...rest } = stored;
  const places: Places = {
    textAt: (at) => taken(texts, at, 'texts'),
    controlAt: (at) => (at === undefined ? null : taken(positive_controls, at, 'positive_controls')),
    contextsAt: (at) => taken(context_sets, at, 'context_sets'),
  };
  const phase = (one: StoredPhase): PhaseEvidence => ({
    ...one,
    suites: one.suites.map(expandSuite),
    probes: one.probes.flatMap((probe) => expandProbe(probe, places)),
  });
  const phases = { baseline: phase(stored.phases.baseline), head: phase(stored.phases.head) };
  return {
    ...rest,
    phases,
    fail_closed: fail_closed.flatMap((cell) => expandCell(cell, places)),
  };
}

// pgTAP's diagnostics for an assertion about which it has nothing to add.
function usualDiagnostics({ number, name, result }: StoredAssertion): string {
  return result === 'not-ok' ? `Failed test ${number}: "${name}"` : '';
}

function storeSuite(run: SuiteRun): StoredSuite {
  const {
    suite,
    file,
    as,
    login,
    role,
    session,
    why,
    remedy,
    witnesses,
    status,
    reason,
    sqlstate,
    planned,
    assertions,
  } = run;
  return {
    suite,
    file,
    as,
    ...(login === undefined ? {} : { login }),
    ...(role === undefined ? {} : { role }),
    session,
    why,
    remedy,
    ...(witnesses === undefined ? {} : { witnesses }),
    status,
    reason,
    sqlstate,
    planned,
    assertions: assertions.map(({ diagnostics, ...one }) =>
      diagnostics === usualDiagnostics(one) ? one : { ...one, diagnostics },
    ),
  };
}

function expandSuite(stored: StoredSuite): SuiteRun {
  return {
    ...stored,
    assertions: stored.assertions.map((one) => ({ diagnostics: usualDiagnostics(one), ...one })),
    tap: '',
  };
}

/** The cells, with those that differ only in their context as one. */
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
  const { table, command, identity, context, outcome, sqlstate, message, rows, stage, closed, value, session, login } =
    cell;
  const { control, closed_to_all, unproven, row_unchanged, missing_rows, foreign_rows, foreign_row, missing_row } =
    cell;
  return {
    table,
    command,
    identity,
    ...(session === undefined ? {} : { session }),
    ...(login === undefined ? {} : { login }),
    context,
    ...(value === undefined ? {} : { value }),
    outcome,
    ...(sqlstate === null ? {} : { sqlstate }),
    ...(message === null ? {} : { message }),
    rows,
    ...(stage === undefined ? {} : { stage }),
    ...(missing_rows === undefined ? {} : { missing_rows }),
    ...(foreign_rows === undefined ? {} : { foreign_rows }),
    ...(foreign_row === undefined ? {} : { foreign_row }),
    ...(missing_row === undefined ? {} : { missing_row }),
    closed,
    ...(control === null ? {} : { control_at: controls.place(control) }),
    ...(closed_to_all === null ? {} : { closed_to_all }),
    ...(unproven === null ? {} : { unproven }),
    ...(row_unchanged === null ? {} : { row_unchanged }),
  };
}

function expandCell({ also_in = [], control_at, ...cell }: StoredCell, { controlAt }: Places): FailClosedCell[] {
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

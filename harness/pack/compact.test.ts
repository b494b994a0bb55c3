import { describe, expect, it } from 'vitest';

import type { Probe } from '../attempts/attempt.ts';
import { by } from '../common/order.ts';
import { compareAssertions } from '../proofs/suites/compare-assertions.ts';
import type { PhaseEvidence } from '../proofs/phase-evidence.ts';
import { evidence } from '../render/evidence.fixture.ts';
import { compact, expand } from './compact.ts';
import type { Evidence } from './evidence.ts';
import { evidenceText, parseEvidence } from './evidence-text.ts';

const byKey = (probes: readonly Probe[]) => probes.toSorted(by(({ key }) => key));
const withoutTap = (phase: PhaseEvidence) => ({
  ...phase,
  suites: phase.suites.map((run) => ({ ...run, tap: '' })),
  probes: byKey(phase.probes),
});
const inOrder = ({ phases: { baseline, head }, fail_closed, ...rest }: Evidence) => ({
  ...rest,
  fail_closed: fail_closed.toSorted(
    by((cell) => JSON.stringify([cell.table, cell.identity, cell.command, cell.context])),
  ),
  phases: { baseline: withoutTap(baseline), head: withoutTap(head) },
});

describe('stored evidence', () => {
  it('reads back as it was, but for the TAP text of suites and the order of attempts and cells', () => {
    expect(inOrder(expand(compact(evidence)))).toEqual(inOrder(evidence));
    expect(inOrder(parseEvidence(evidenceText(evidence)))).toEqual(inOrder(evidence));
  });

  it('holds each statement, message and positive control once', () => {
    const { texts, positive_controls, phases } = compact(evidence);
    expect(new Set(texts).size).toBe(texts.length);
    expect(new Set(positive_controls.map((one) => JSON.stringify(one))).size).toBe(positive_controls.length);
    const kept = phases.head.probes.flatMap((probe) => (probe.kind === 'attempt' ? [texts[probe.sql_at]] : []));
    const tried = evidence.phases.head.probes.filter(({ kind }) => kind === 'attempt');
    expect(new Set(kept)).toEqual(new Set(tried.map(({ sql }) => sql)));
  });

  it('holds attempts that differ in nothing but their context once, with all contexts', () => {
    const first = evidence.phases.head.probes.find((probe) => probe.kind === 'attempt')!;
    const contexts = ['one', 'two', 'three'];
    const probes = contexts.map(
      (context, index) => ({ ...first, context, outcome: index < 2 ? 'hidden' : 'allowed' }) as const,
    );
    const { phases, context_sets } = compact({
      ...evidence,
      phases: { ...evidence.phases, head: { ...evidence.phases.head, probes } },
    });
    const kept = phases.head.probes.flatMap((probe) =>
      probe.kind === 'attempt' ? [context_sets[probe.contexts_at]] : [],
    );
    expect(kept).toEqual([['one', 'two'], ['three']]);
  });

  it('keeps what programs read of a cell, with all contexts in which it came to the same', () => {
    const [first] = evidence.fail_closed;
    const contexts = ['one', 'two', 'three'];
    const fail_closed = contexts.map((context, index) => ({ ...first!, context, rows: index === 1 ? 7 : 0 }));
    expect(compact({ ...evidence, fail_closed }).fail_closed).toMatchObject([
      {
        table: first!.table,
        command: first!.command,
        context: 'one',
        also_in: ['three'],
        outcome: first!.outcome,
        rows: 0,
      },
      { context: 'two', rows: 7 },
    ]);
  });

  it('has one probe, cell and finding a line', () => {
    const lines = evidenceText(evidence).split('\n');
    const { phases, fail_closed, findings } = compact(evidence);
    for (const one of [...phases.head.probes, ...fail_closed, ...findings]) {
      expect(lines.map((line) => line.replace(/,$/, ''))).toContain(JSON.stringify(one));
    }
  });

  it('leaves out what a failed assertion says where it only names itself, and keeps every change of an assertion', () => {
    const changed = structuredClone(evidence);
    const [suite] = changed.phases.head.suites;
    suite!.assertions = [
      { number: 1, name: 'a', result: 'not-ok', diagnostics: 'Failed test 1: "a"' },
      { number: 2, name: 'b', result: 'not-ok', diagnostics: '' },
      { number: 3, name: 'c', result: 'not-ok', diagnostics: 'Failed test 3: "c"\n    have: 1' },
    ];
    changed.assertions = compareAssertions(changed.phases.baseline.suites, changed.phases.head.suites);
    const stored = compact(changed);
    expect(stored.assertions).toEqual(changed.assertions);
    expect(stored.phases.head.suites[0]!.assertions.map((one) => one.diagnostics)).toEqual([
      undefined,
      '',
      'Failed test 3: "c"\n    have: 1',
    ]);
    expect(inOrder(parseEvidence(evidenceText(changed)))).toEqual(
      inOrder(JSON.parse(JSON.stringify(changed)) as Evidence),
    );
  });

  it('is refused when it refers to what is not there', () => {
    const stored = compact(evidence);
    expect(() => expand({ ...stored, texts: [] })).toThrow('refers to place 0 of texts, which has 0');
    expect(() => expand({ ...stored, positive_controls: [] })).toThrow(/of positive_controls, which has 0$/);
    expect(() => expand({ ...stored, context_sets: [] })).toThrow(/of context_sets, which has 0$/);
  });
});

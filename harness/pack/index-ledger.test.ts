import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { evidence } from '../render/evidence.fixture.ts';
import { chained, enter, ledgerRow, parseLedger, renderLedger, type LedgerRow } from './index-ledger.ts';

const row = (pack: string, rest: Partial<LedgerRow> = {}): LedgerRow => ({
  date: '2026-01-02',
  contract: 'small',
  revisions: '1 → 2',
  topology: 'embedded, PostgreSQL 16.14',
  verdict: 'pass',
  commit: '0123456789ab',
  pack,
  manifest: 'feedfeedfeedfeed',
  chain: '',
  ...rest,
});
const three = [row('c'), row('b'), row('a')].reduceRight<LedgerRow[]>((rows, one) => enter(rows, one), []);

describe('the ledger', () => {
  it('has the newest row on top', () => {
    expect(three.map(({ pack }) => pack)).toEqual(['c', 'b', 'a']);
  });

  it('replaces the row of the same pack', () => {
    const again = enter(three, row('a', { date: '2026-02-03' }));
    expect(again.map(({ pack, date }) => `${pack} ${date}`)).toEqual(['a 2026-02-03', 'c 2026-01-02', 'b 2026-01-02']);
    expect(again).toEqual(chained(again));
  });

  it.each(['date', 'contract', 'revisions', 'topology', 'verdict', 'commit', 'pack', 'manifest'] as const)(
    'has another chain, from there to the top, when the %s of a row is altered',
    (key) => {
      const altered = chained(three.with(1, { ...three[1]!, [key]: 'other' }));
      expect(altered.map(({ chain }, index) => chain === three[index]!.chain)).toEqual([false, false, true]);
    },
  );

  it('has a different chain hash when a row is removed or two are swapped', () => {
    expect(chained(three.toSpliced(1, 1))[0]!.chain).not.toBe(three[0]!.chain);
    expect(chained([three[1]!, three[0]!, three[2]!]).map(({ chain }) => chain)).not.toContain(three[0]!.chain);
  });

  it('reads back what it has written', () => {
    const cell = fc
      .stringMatching(/^[\w.:,+→ -]{1,20}$/)
      .map((text) => text.trim())
      .filter((text) => text !== '');
    const hex = fc.stringMatching(/^[0-9a-f]{16}$/);
    const any = fc.record({
      date: cell,
      contract: cell,
      revisions: cell,
      topology: cell,
      verdict: cell,
      commit: cell,
      pack: fc.stringMatching(/^[a-z0-9-]{1,20}$/),
      manifest: hex,
      chain: hex,
    });
    fc.assert(
      fc.property(
        fc.array(any, { maxLength: 5 }),
        (rows) => void expect(parseLedger(renderLedger(rows))).toEqual(rows),
      ),
    );
    expect(parseLedger('')).toEqual([]);
  });

  it.each([
    '| 2026-01-02 | small |',
    '| 2026-01-02 | small | 1 | e | pass | c | no link | m | c |',
    '| 2026-01-02 | sm|all | 1 | e | pass | c | [a](runs/a/report.md) | m | c |',
    '|',
  ])('refuses a line that is no row: %s', (line) => {
    expect(() => parseLedger(`${renderLedger(three)}${line}\n`)).toThrow(
      expect.objectContaining({ code: 'bad-pack', message: expect.stringContaining(line) }),
    );
  });

  it('keeps a hostile revision in its cell', () => {
    const hostile = {
      ...evidence,
      phases: { ...evidence.phases, head: { ...evidence.phases.head, revision: 'a|b\n| x |' } },
    };
    const rows = enter(three, ledgerRow(hostile, 'f'.repeat(64)));
    expect(parseLedger(renderLedger(rows))).toEqual(rows);
  });

  it('tells of a run: its day, its short digests and a changed tree', () => {
    const run = {
      ...evidence.run,
      started_at: '2026-03-04T23:59:59.000Z',
      git_commit: '0123456789abcdef'.repeat(2),
      git_dirty: true,
    };
    expect(ledgerRow({ ...evidence, run }, '9'.repeat(64))).toMatchObject({
      date: '2026-03-04',
      commit: '0123456789ab+',
      manifest: '9'.repeat(16),
      verdict: 'fail',
      pack: run.id,
    });
    expect(ledgerRow({ ...evidence, run: { ...run, git_commit: null } }, '').commit).toBe('-');
  });
});

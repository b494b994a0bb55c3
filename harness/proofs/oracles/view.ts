import type { Reply } from '../../attempts/attempt.ts';
import { meaningOf } from '../../attempts/outcome.ts';
import type { Oracle } from './observe.ts';
import { badge, type Badge } from '../../report/badge.ts';
import { counted, outcomeWords } from '../../common/text.ts';

/** One key by which a session might learn of a hidden row. */
export interface OracleView {
  table: string;
  key: string;
  kind: string;
  identity: string;
  /** The result with a hidden row. */
  hidden: string;
  /** The result without one. */
  absent: string;
  result: Badge;
  note: string;
}

const kinds: Record<Oracle['kind'], string> = {
  unique: 'unique key',
  conflict: 'ON CONFLICT DO NOTHING',
  'foreign-key': 'foreign key',
  cascade: 'cascade',
};

/** The keys in the order in which they were tried. */
export function oracleViews(oracles: readonly Oracle[]): OracleView[] {
  return oracles.map((oracle) => ({
    table: oracle.table,
    key: oracle.key,
    kind: kinds[oracle.kind],
    identity: oracle.identity,
    hidden: oracle.kind === 'cascade' ? `${counted(oracle.hidden.rows, 'hidden row')} touched` : answer(oracle.hidden),
    absent: answer(oracle.absent),
    ...resultOf(oracle),
  }));
}

function resultOf({ open, guessable, unproven }: Oracle): Pick<OracleView, 'result' | 'note'> {
  if (unproven !== null) {
    return { result: badge('warn', 'not proven'), note: unproven };
  }
  if (!open) {
    return { result: badge('good', 'closed'), note: '' };
  }
  return guessable
    ? { result: badge('bad', 'open'), note: '' }
    : { result: badge('quiet', 'open'), note: 'needs the value itself, which is random' };
}

function answer(reply: Reply): string {
  const { outcome, sqlstate, rows } = reply;
  return meaningOf(reply).isAllowed
    ? counted(rows, 'row')
    : `${outcomeWords(outcome)}${sqlstate === null || outcome.includes(':') ? '' : ` (${sqlstate})`}`;
}

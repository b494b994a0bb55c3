import type { AssertionPlace, TruthRow, WitnessWord } from './judge.ts';
import { badge, type Badge } from '../../report/badge.ts';
import { counted, grouped } from '../../common/text.ts';

/** One row of the privilege truth table. */
export interface TruthLine {
  object: string;
  access: string;
  required_by: string;
  /** Whether the code that it names was found; undefined for a denial, which names none. */
  checked: Badge | undefined;
  identity: string;
  mechanism: string;
  rls: string;
  baseline: string;
  head: Badge;
  witnesses: WitnessView[];
}

/** What one witness said; for pgTAP also the number and names of the assertions. */
export interface WitnessView {
  name: string;
  badge: Badge;
  basis: string;
  count: string;
}

/** The truth table: what the contract says beside what is so, and who saw it. */
export function truthLines(rows: readonly TruthRow[]): TruthLine[] {
  return rows.map((row) => ({
    object: row.object,
    access: row.access,
    required_by: row.required_by,
    checked: row.expected ? checked(row) : undefined,
    identity: row.identity,
    // `app_user via app_rw` stands beside `app_user`, so the name is left out.
    mechanism: row.mechanism.startsWith(`${row.identity} `)
      ? row.mechanism.slice(row.identity.length + 1)
      : row.mechanism,
    rls: row.rls,
    baseline: row.baseline_allowed === undefined ? 'not looked at' : row.baseline_allowed ? 'allowed' : 'denied',
    head: head(row),
    witnesses: [
      { name: 'catalog', badge: witness(row.witnesses.catalog, row.allowed), ...none },
      { name: 'pgTAP', badge: witness(row.witnesses.pgtap, row.allowed), ...basis(row.witnesses.assertions) },
      { name: 'attempt', badge: witness(row.witnesses.attempt, row.allowed), ...none },
    ],
  }));
}

const none = { basis: '', count: '' };

// By suite: `02_tenants #1 #4; 03_definer #2`.
function basis(assertions: readonly AssertionPlace[]): typeof none {
  if (assertions.length === 0) {
    return none;
  }
  const suites = grouped(assertions, ({ suite }) => suite);
  const named = suites.map(({ key, items }) => `${key} ${items.map(({ number }) => `#${number}`).join(' ')}`);
  return { basis: named.join('; '), count: counted(assertions.length, 'assertion') };
}

function checked({ required_by_checked: word = 'not checked' }: TruthRow): Badge {
  return badge(word === 'checked' ? 'good' : word === 'missing' ? 'bad' : 'quiet', word);
}

function head({ allowed, expected }: TruthRow): Badge {
  const word = allowed ? 'allowed' : 'denied';
  return allowed === expected
    ? badge('good', word)
    : badge('bad', `${word}, contract says ${expected ? 'allowed' : 'denied'}`);
}

// The badge of a witness: agreement is good, contradiction bad, silence proves nothing.
function witness(word: WitnessWord, allowed: boolean): Badge {
  if (word === 'silent') {
    return badge('quiet', word);
  }
  return badge((word === 'allowed') === allowed ? 'good' : 'bad', word);
}

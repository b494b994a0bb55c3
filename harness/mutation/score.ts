import { by } from '../common/order.ts';
import { witnessNames, type MutantResult } from './mutant-result.ts';

/**
 * How many mutants were noticed, by all witnesses and by each alone. The percentage is of those that could be noticed, rounded
 * down to a tenth.
 */
export interface Score {
  mutants: number;
  killed: number;
  survived: number;
  accepted: number;
  equivalent: number;
  invalid: number;
  /** killed / (killed + survived). Accepted survivors do not count. Null if there is nothing to count. */
  percent: number | null;
  witnesses: {
    witness: string;
    killed: number;
    /** KilledBy by this one and no other. */ alone: number;
    percent: number | null;
  }[];
  /** Every suite with what it noticed. */
  suites: SuiteScore[];
  operators: { operator: string; mutants: number; killed: number; survived: number }[];
}

export interface SuiteScore {
  suite: string;
  killed: number;
  /** Killed by this suite and no other. */
  alone: number;
  /**
   * `nothing`: the suite is blind. `revocations`: it only notices that something was revoked, and would not notice that somebody
   * may do more.
   */
  kills: 'nothing' | 'revocations' | 'more';
}

/** The score of the results. `suites` are the names of all suites that ran. */
export function scoreOf(tried: readonly MutantResult[], suites: readonly string[]): Score {
  const of = (status: MutantResult['status']) => tried.filter((one) => one.status === status);
  const killed = of('killed');
  const survived = of('survived').filter(({ accepted }) => accepted === undefined);
  const counted = killed.length + survived.length;
  return {
    mutants: tried.length,
    killed: killed.length,
    survived: survived.length,
    accepted: of('survived').length - survived.length,
    equivalent: of('equivalent').length,
    invalid: of('invalid').length,
    percent: percentOf(killed.length, counted),
    witnesses: witnessNames.map((witness) => {
      const its = killed.filter(({ killed_by }) => killed_by[witness].length > 0);
      const alone = its.filter(({ killed_by }) =>
        witnessNames.every((other) => other === witness || killed_by[other].length === 0),
      );
      return { witness, killed: its.length, alone: alone.length, percent: percentOf(its.length, counted) };
    }),
    suites: suites.map((suite) => suiteScore(suite, killed)),
    operators: operatorsOf(tried),
  };
}

function suiteScore(suite: string, killed: readonly MutantResult[]): SuiteScore {
  const its = killed.filter((one) => suitesOf(one).has(suite));
  const kills = its.length === 0 ? 'nothing' : its.every(({ narrowing }) => narrowing) ? 'revocations' : 'more';
  return { suite, killed: its.length, alone: its.filter((one) => suitesOf(one).size === 1).length, kills };
}

/** The names of the suites that noticed. */
function suitesOf({ killed_by }: MutantResult): Set<string> {
  return new Set(killed_by.pgtap.map(({ suite }) => suite));
}

function operatorsOf(tried: readonly MutantResult[]): Score['operators'] {
  const names = [...new Set(tried.map(({ operator }) => operator))].toSorted(by((name) => name));
  return names.map((operator) => {
    const its = tried.filter((one) => one.operator === operator);
    return {
      operator,
      mutants: its.length,
      killed: its.filter(({ status }) => status === 'killed').length,
      survived: its.filter(({ status, accepted }) => status === 'survived' && accepted === undefined).length,
    };
  });
}

/** Rounded down: 99.96 is not 100. */
function percentOf(part: number, whole: number): number | null {
  return whole === 0 ? null : Math.floor((1000 * part) / whole) / 10;
}

import { by } from '../common/order.ts';
import { witnessNames, type TriedMutant } from './tried.ts';

/** How many mutants were noticed, by all and by each witness alone. Percent is of those that could be noticed, rounded down to a tenth. */
export interface Score {
  mutants: number;
  killed: number;
  survived: number;
  accepted: number;
  void: number;
  error: number;
  /** killed / (killed + survived); accepted survivors do not count. Null where there is nothing to count. */
  percent: number | null;
  witnesses: {
    witness: string;
    killed: number;
    /** Noticed by this one and no other. */ alone: number;
    percent: number | null;
  }[];
  /** Every suite with what it noticed. */
  suites: SuiteScore[];
  operators: { operator: string; mutants: number; killed: number; survived: number }[];
}

export interface SuiteScore {
  suite: string;
  killed: number;
  /** No other suite noticed. */
  alone: number;
  /**
   * `nothing`: the suite is blind. `revocations`: it only asserts that something is granted, and nobody would hear of it
   * when more is.
   */
  sees: 'nothing' | 'revocations' | 'more';
}

/** The score of what was tried; `suites` are the stems of all suites that ran. */
export function scoreOf(tried: readonly TriedMutant[], suites: readonly string[]): Score {
  const of = (status: TriedMutant['status']) => tried.filter((one) => one.status === status);
  const killed = of('killed');
  const survived = of('survived').filter(({ accepted }) => accepted === undefined);
  const counted = killed.length + survived.length;
  return {
    mutants: tried.length,
    killed: killed.length,
    survived: survived.length,
    accepted: of('survived').length - survived.length,
    void: of('void').length,
    error: of('error').length,
    percent: percentOf(killed.length, counted),
    witnesses: witnessNames.map((witness) => {
      const its = killed.filter(({ noticed }) => noticed[witness].length > 0);
      const alone = its.filter(({ noticed }) =>
        witnessNames.every((other) => other === witness || noticed[other].length === 0),
      );
      return { witness, killed: its.length, alone: alone.length, percent: percentOf(its.length, counted) };
    }),
    suites: suites.map((suite) => suiteScore(suite, killed)),
    operators: operatorsOf(tried),
  };
}

function suiteScore(suite: string, killed: readonly TriedMutant[]): SuiteScore {
  const its = killed.filter((one) => suitesOf(one).has(suite));
  const sees = its.length === 0 ? 'nothing' : its.every(({ takes }) => takes) ? 'revocations' : 'more';
  return { suite, killed: its.length, alone: its.filter((one) => suitesOf(one).size === 1).length, sees };
}

/** Stems of the suites that noticed: an assertion is named `<suite>#<number> <name>`. */
function suitesOf({ noticed }: TriedMutant): Set<string> {
  return new Set(noticed.pgtap.map((name) => name.slice(0, name.indexOf('#'))));
}

function operatorsOf(tried: readonly TriedMutant[]): Score['operators'] {
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

import { meaningOf } from '../../attempts/outcome.ts';
import type { OnlyPath, PathTrial } from './judge.ts';
import { badge, type Badge } from '../../report/badge.ts';
import { counted, outcomeWords } from '../../common/text.ts';

/** A table that functions are the only way to, with every call and every other way. */
export interface OnlyPathView {
  table: string;
  result: Badge;
  /** `4 statements on the table itself, all denied`. */
  direct: string;
  doors: DoorView[];
  /** Other ways, as `view public.v: app_rw`. */
  ways: string[];
  unproven: string[];
}

export interface DoorView {
  function: string;
  as: string;
  must: string;
  ended: Badge;
}

/** The tables in the order of the contract. */
export function onlyPathViews(paths: readonly OnlyPath[]): OnlyPathView[] {
  return paths.map((path) => {
    const { table, direct, doors, ways, unproven } = path;
    const open = direct.filter(({ holds }) => holds === false).length;
    return {
      table,
      result: resultOf(path),
      direct: `${counted(direct.length, 'statement')} on the table itself as a real login: ${open === 0 ? 'none reached it' : `${open} reached it`}`,
      doors: doors.map(doorView),
      ways: ways.map(({ kind, name, roles }) => `${kind} ${name}: ${roles.join(', ')}`),
      unproven,
    };
  });
}

function resultOf({ direct, doors, ways, unproven }: OnlyPath): Badge {
  const trials = [...direct, ...doors];
  if (ways.length > 0 || trials.some(({ holds, may }) => holds === false && !may)) {
    return badge('bad', 'another way is open');
  }
  if (trials.some(({ holds }) => holds === false)) {
    return badge('bad', 'a function does not serve');
  }
  return unproven.length > 0 ? badge('warn', 'not proven') : badge('good', 'the only path');
}

function doorView(trial: PathTrial): DoorView {
  const { as, session, what, may, holds, outcome, rows } = trial;
  const ended = meaningOf(trial).isAllowed ? `allowed, ${counted(rows, 'row')}` : outcomeWords(outcome);
  return {
    function: what,
    as: session === 'login' ? as : `${as} (${session})`,
    must: may ? 'work' : 'be denied',
    ended: badge(holds === null ? 'warn' : holds ? 'good' : 'bad', ended),
  };
}

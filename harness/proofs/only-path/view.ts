import { meaningOf } from '../../attempts/outcome.ts';
import type { OnlyPath, PathTrial } from './judge.ts';
import { badge, type Badge } from '../../report/badge.ts';
import { counted, outcomeWords } from '../../common/text.ts';

/** A table that only functions may reach, with every call and every other path. */
export interface OnlyPathView {
  table: string;
  result: Badge;
  /** `4 statements on the table itself, all denied`. */
  direct: string;
  gateways: GatewayView[];
  /** Other paths, for example `view public.v: app_rw`. */
  ways: string[];
  unproven: string[];
}

export interface GatewayView {
  function: string;
  as: string;
  must: string;
  ended: Badge;
}

/** The tables in the order of the contract. */
export function onlyPathViews(paths: readonly OnlyPath[]): OnlyPathView[] {
  return paths.map((path) => {
    const { table, direct, gateways, ways, unproven } = path;
    const open = direct.filter(({ holds }) => holds === false).length;
    return {
      table,
      result: resultOf(path),
      direct: `${counted(direct.length, 'statement')} on the table itself as a real login: ${open === 0 ? 'none reached it' : `${open} reached it`}`,
      gateways: gateways.map(gatewayView),
      ways: ways.map(({ kind, name, roles }) => `${kind} ${name}: ${roles.join(', ')}`),
      unproven,
    };
  });
}

function resultOf({ direct, gateways, ways, unproven }: OnlyPath): Badge {
  const trials = [...direct, ...gateways];
  if (ways.length > 0 || trials.some(({ holds, may }) => holds === false && !may)) {
    return badge('bad', 'another way is open');
  }
  if (trials.some(({ holds }) => holds === false)) {
    return badge('bad', 'a function does not serve');
  }
  return unproven.length > 0 ? badge('warn', 'not proven') : badge('good', 'the only path');
}

function gatewayView(trial: PathTrial): GatewayView {
  const { as, session, what, may, holds, outcome, rows } = trial;
  const ended = meaningOf(trial).isAllowed ? `allowed, ${counted(rows, 'row')}` : outcomeWords(outcome);
  return {
    function: what,
    as: session === 'login' ? as : `${as} (${session})`,
    must: may ? 'work' : 'be denied',
    ended: badge(holds === null ? 'warn' : holds ? 'good' : 'bad', ended),
  };
}

import { counted } from '../../common/text.ts';
import type { Finding } from '../../findings/finding.ts';
import type { DefinerRows } from './observe.ts';

/** A finding for each definer function that gave a login rows of another tenant without declaring it. */
export function judgeDefinerRows(called: readonly DefinerRows[]): Finding[] {
  return called
    .filter(({ foreign_rows: foreign, is_for_all: isSaid }) => foreign > 0 && !isSaid)
    .map(({ function: name, identity, foreign_rows: foreign, foreign_row: key }) => ({
      code: 'definer-gives-others',
      severity: 'high',
      object: name,
      identity,
      access: 'EXECUTE',
      message: `${identity} in the context of its own tenant was given ${counted(foreign, 'row')} that ${foreign === 1 ? 'is' : 'are'} not its own by ${name}${key === undefined ? '' : foreign === 1 ? ` (${key})` : `, such as ${key}`}`,
      remedy: `Let ${name} compare whose its rows are with the session; where it gives those of every tenant on purpose, say rows: all of it in the contract.`,
    }));
}

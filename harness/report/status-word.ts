import type pc from 'picocolors';

import type { Verdict } from '../findings/verdict.ts';

/** Functions that colour words, if colours are on. */
export type Paint = ReturnType<typeof pc.createColors>;

/** PASS, FAIL or INCONCLUSIVE, in its colour. */
export function statusWord(status: Verdict['status'], paint: Paint): string {
  const tone = { pass: paint.green, fail: paint.red, inconclusive: paint.yellow }[status];
  return tone(paint.bold(status.toUpperCase()));
}

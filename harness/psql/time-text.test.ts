import { expect, it } from 'vitest';

import { timeText } from './time-text.ts';

// As psql's PrintTiming writes them.
it.each([
  [0.1234, 'Time: 0.123 ms'],
  [999.9, 'Time: 999.900 ms'],
  [1000, 'Time: 1000.000 ms (00:01.000)'],
  [61_234.25, 'Time: 61234.250 ms (01:01.234)'],
  [3_723_004, 'Time: 3723004.000 ms (01:02:03.004)'],
  [86_400_000 + 60_000, 'Time: 86460000.000 ms (1 d 00:01:00.000)'],
])('a statement of %d ms took %j', (milliseconds, text) => expect(timeText(milliseconds)).toBe(`${text}\n`));

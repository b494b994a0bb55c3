import { counted } from '../common/text.ts';
import { byCodeUnit } from '../common/order.ts';
import type { Finding } from '../findings/finding.ts';
import type { Unproven } from '../findings/unproven.ts';

/** What the contract accepts, counted: `2 findings accepted until 2027-02-26`, `1 object not proven (accepted)`. */
export function acceptedWords(
  findings: readonly Pick<Finding, 'accepted'>[],
  unproven: readonly Pick<Unproven, 'accepted' | 'object'>[],
): string[] {
  const days = findings.flatMap(({ accepted }) => (accepted === undefined ? [] : [accepted.until]));
  const [first, ...later] = [...new Set(days)].toSorted(byCodeUnit);
  const objects = new Set(unproven.filter(({ accepted }) => accepted !== undefined).map(({ object }) => object));
  return [
    ...(first === undefined
      ? []
      : [`${counted(days.length, 'finding')} accepted until ${first}${later.length === 0 ? '' : ' or later'}`]),
    ...(objects.size === 0 ? [] : [`${counted(objects.size, 'object')} not proven (accepted)`]),
  ];
}

import { describe, expect, it } from 'vitest';

import { thisOwner } from '../../process/owner.ts';
import { labelsOf, ownerOf, runLabel } from './labels.ts';

describe('labels', () => {
  it('name their owner, and each server apart', async () => {
    const owner = await thisOwner();
    const [one, two] = [labelsOf(owner), labelsOf(owner)];
    expect(ownerOf(one)).toEqual(owner);
    expect(owner.pid).toBe(process.pid);
    expect(one[runLabel]).toMatch(new RegExp(`^${process.pid}-[a-z0-9]+$`));
    expect(one[runLabel]).not.toBe(two[runLabel]);
  });

  it('of somebody else name nobody', async () => {
    const whole = labelsOf(await thisOwner());
    for (const name of Object.keys(whole)) {
      expect(ownerOf({ ...whole, [name]: '' })).toBeUndefined();
    }
    expect(ownerOf({ ...whole, [runLabel]: 'not-a-number' })).toBeUndefined();
    expect(ownerOf({})).toBeUndefined();
  });
});

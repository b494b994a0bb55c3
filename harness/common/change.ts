/** red → green, green → green, green → red, red → red. */
export type Change = 'fixed' | 'held' | 'broken' | 'still-red';

/** The change from `baseline` to `head`, where `true` is green. */
export function changeOf(baseline: boolean, head: boolean): Change {
  if (head) {
    return baseline ? 'held' : 'fixed';
  }
  return baseline ? 'broken' : 'still-red';
}

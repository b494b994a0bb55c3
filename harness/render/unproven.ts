import type { Evidence } from '../pack/evidence.ts';
import { unprovenCauses } from '../findings/unproven.ts';
import { counted } from '../common/text.ts';

/** What was tried or run and proves nothing, by its reason. */
export interface UnprovenView {
  phase: string;
  reason: string;
  objects: string;
  /** `app_user: SELECT, INSERT`. */
  about: string;
  often: string;
  /** Why and until when it is accepted; null if it counts. */
  accepted: string | null;
}

/** What proves nothing. What counts comes first. */
export function unprovenViews({ unproven }: Evidence): UnprovenView[] {
  return unprovenCauses(unproven)
    .sort((a, b) => Number(a.accepted !== undefined) - Number(b.accepted !== undefined))
    .map(({ phase, reason, objects, identities, accesses, count, accepted }) => ({
      phase,
      reason,
      objects: objects.join(', '),
      about: [identities.join(', '), accesses.join(', ')].filter((text) => text !== '').join(': '),
      often: counted(count, 'time'),
      accepted: accepted === undefined ? null : `${accepted.reason} (until ${accepted.until})`,
    }));
}

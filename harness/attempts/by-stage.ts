import type { Session } from '../postgres/session.ts';
import type { Job, TransactionStart } from './transactions.ts';

/** Groups jobs by their stage, in the order of the first job of each stage. */
export function byStage<T extends { stage: TransactionStart; job: Job }>(
  places: readonly T[],
): { stage: TransactionStart; jobs: Job[]; places: T[] }[] {
  const stages = new Map<string, { stage: TransactionStart; jobs: Job[]; places: T[] }>();
  const sessions: Session[] = [];
  for (const place of places) {
    const { session, begin, before } = place.stage;
    if (!sessions.includes(session)) {
      sessions.push(session);
    }
    const key = JSON.stringify([sessions.indexOf(session), begin, before]);
    const shared = stages.get(key) ?? { stage: place.stage, jobs: [], places: [] };
    shared.jobs.push(place.job);
    shared.places.push(place);
    stages.set(key, shared);
  }
  return [...stages.values()];
}

import type { ContextName } from '../contract/contract.ts';
import { sessionKey } from '../contract/sessions.ts';
import { isWrite, type Trial } from './trial.ts';

/** Contexts that are made before a transaction, or need a session of their own; all others share one. */
const apart: readonly (ContextName | 'none')[] = [
  'after-commit',
  'after-reset',
  'after-error',
  'after-discard-all',
  'reused-by-other-tenant',
  'never-set',
  'none',
];

/**
 * The trials of one session in one context, block by block, so that as many as can be share a transaction: those in contexts
 * that a transaction makes first. Of a context that has been made, all tables in turn.
 */
export function inOrderOfRunning(trials: readonly Trial[]): Trial[][] {
  const blocks = new Map<string, { place: number; trials: Trial[] }>();
  for (const trial of trials) {
    const key = JSON.stringify([sessionKey(trial.session), trial.context]);
    const block = blocks.get(key) ?? { place: apart.indexOf(trial.context), trials: [] };
    block.trials.push(trial);
    blocks.set(key, block);
  }
  return [...blocks.values()].toSorted((a, b) => a.place - b.place).map((block) => block.trials);
}

/** The tables that exist of those which trials write. */
export function writtenTables(trials: readonly Trial[], shapes: ReadonlyMap<string, unknown>): string[] {
  return [...new Set(trials.filter(isWrite).map(({ object }) => object))].filter((table) => shapes.has(table));
}

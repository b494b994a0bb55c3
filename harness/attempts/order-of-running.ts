import type { ContextName } from '../contract/contract.ts';
import { sessionKey } from '../contract/sessions.ts';
import { isWrite, type Trial } from './trial.ts';

/** Contexts that are entered before a transaction, or that need a session of their own. All others share one. */
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
 * The trials of one session, in blocks of one context each, so that as many as possible share a transaction: first the contexts
 * that are entered inside a transaction. Within a context, table by table.
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

/** The existing tables that trials write to. */
export function writtenTables(trials: readonly Trial[], shapes: ReadonlyMap<string, unknown>): string[] {
  return [...new Set(trials.filter(isWrite).map(({ object }) => object))].filter((table) => shapes.has(table));
}

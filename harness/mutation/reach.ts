import { nameParts } from '../catalog/identifiers.ts';
import type { Fact } from '../catalog/fact.ts';
import type { ParsedContract } from '../contract/contract.ts';
import type { FactDiff } from '../catalog/diff-facts.ts';

/** Kinds of fact that only say who could connect, or what objects of tomorrow will give away. */
const beside = new Set(['database', 'default-privileges', 'publication']);

const views = new Set(['view', 'materialized-view']);
const onOneObject = new Set([...views, 'table', 'column', 'policy', 'function']);

/**
 * The contracted objects on which an attempt can end otherwise because of what changed: a grant or policy on a table is of
 * that table, of tables whose policies name it, and of every function and view. Undefined means all: what roles, schemas,
 * owners, triggers and the like do has no such bounds.
 */
export function reachOf(
  contract: ParsedContract,
  facts: readonly Fact[],
  { added, removed }: FactDiff,
): Set<string> | undefined {
  const contracted = (object: string) => object in contract.tables;
  const reached = new Set<string>([
    ...Object.keys(contract.functions),
    ...facts.filter(({ kind, object }) => views.has(kind) && contracted(object)).map(({ object }) => object),
  ]);
  for (const { kind, object, property } of [...added, ...removed]) {
    // A view nobody declared is no object that is tried.
    if (beside.has(kind) || (views.has(kind) && !contracted(object))) {
      continue;
    }
    if (!onOneObject.has(kind) || property === 'owner') {
      return undefined;
    }
    const whole = kind === 'column' ? nameParts(object).slice(0, 2).join('.') : object;
    reached.add(whole);
    for (const table of mentioning(facts, whole)) {
      reached.add(table);
    }
  }
  return reached;
}

/** Tables that have a policy in whose text the last part of a name stands. */
function mentioning(facts: readonly Fact[], object: string): string[] {
  const name = nameParts(object.replace(/\(.*$/, '')).at(-1)!;
  return facts
    .filter(
      ({ kind, detail }) =>
        kind === 'policy' &&
        [detail['using'], detail['check']].some((text) => typeof text === 'string' && text.includes(name)),
    )
    .map((fact) => fact.object);
}

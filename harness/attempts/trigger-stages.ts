import type { Session } from '../postgres/session.ts';
import type { Attempt, Reply } from './attempt.ts';
import { parseOutcome, type StoppedAt } from './outcome.ts';
import { readLookup } from '../postgres/lookup-by-name.ts';

const triggersSql = readLookup(new URL('sql/triggers.sql', import.meta.url));

/** A trigger that users made: its table, the function it calls, and when it fires. */
export interface Trigger {
  table: string;
  function: string;
  stage: Extract<StoppedAt, 'before-trigger' | 'after-trigger'>;
}

/** The triggers of `tables` that users made. */
export function readTriggers(superuser: Session, tables: readonly string[]): Promise<Trigger[]> {
  return superuser.query<Trigger & Record<string, unknown>>(triggersSql, [[...tables]]);
}

/**
 * The attempts, each error that a trigger of its table raised told as `stopped`; an error inside a called function is past
 * its EXECUTE. A policy's function raises errors too, which stay what they are: they close.
 */
export function withTriggerStages(attempts: readonly Attempt[], triggers: readonly Trigger[]): Attempt[] {
  const stopped = stopper(triggers);
  return attempts.map((attempt) => {
    const { control } = attempt;
    return { ...stopped(attempt, attempt), control: control === null ? null : stopped(attempt, control) };
  });
}

/** Tells a reply to a statement on `object` as `stopped` where one of `triggers` raised its error. */
export function stopper(
  triggers: readonly Trigger[],
): <T extends Reply>(of: Pick<Attempt, 'access' | 'object'>, reply: T) => T {
  const stages = new Map<string, StoppedAt>();
  for (const { table, function: name, stage } of triggers) {
    const key = keyOf(table, name);
    // A function that serves both kinds is taken for the earlier: less follows from it.
    stages.set(key, stages.get(key) === 'before-trigger' ? 'before-trigger' : stage);
  }
  return (of, reply) => {
    const stage = stageIn(of, reply, stages);
    return stage === undefined ? reply : { ...reply, outcome: `stopped:${reply.sqlstate ?? ''}`, stage };
  };
}

/** data_exception, integrity_constraint_violation, raise_exception and the like: what a function's own body comes to. */
const raisedByBodies = /^(?:21|22|23|2F|38|39|44|P0)/;

function stageIn(
  { access, object }: Pick<Attempt, 'access' | 'object'>,
  { outcome, sqlstate, raised_in: raisedIn }: Reply,
  stages: ReadonlyMap<string, StoppedAt>,
): StoppedAt | undefined {
  const { kind } = parseOutcome(outcome);
  if (kind !== 'error' && kind !== 'stopped') {
    return undefined;
  }
  if (access === 'EXECUTE') {
    return raisedByBodies.test(sqlstate ?? '') ? 'routine' : undefined;
  }
  return access === 'SELECT' || raisedIn === undefined ? undefined : stages.get(keyOf(object, raisedIn));
}

function keyOf(table: string, name: string): string {
  return `${table}\t${name.slice(name.lastIndexOf('.') + 1).replaceAll('"', '')}`;
}

import type { Session } from '../postgres/session.ts';
import type { Attempt, Reply } from './attempt.ts';
import { parseOutcome, type StoppedAt } from './outcome.ts';
import { readLookup } from '../postgres/lookup-by-name.ts';

const triggersSql = readLookup(new URL('sql/triggers.sql', import.meta.url));

/** A user-defined trigger: its table, the function that it calls, and when it fires. */
export interface Trigger {
  table: string;
  function: string;
  stage: Extract<StoppedAt, 'before-trigger' | 'after-trigger'>;
}

/** The user-defined triggers of `tables`. */
export function readTriggers(superuser: Session, tables: readonly string[]): Promise<Trigger[]> {
  return superuser.query<Trigger & Record<string, unknown>>(triggersSql, [[...tables]]);
}

/**
 * The attempts, with each error that a trigger of its table raised as `stopped`. An error inside a called function shows that
 * EXECUTE was granted. An error in a policy's function stays an error: it denies access.
 */
export function withTriggerStages(attempts: readonly Attempt[], triggers: readonly Trigger[]): Attempt[] {
  const stopped = stopper(triggers);
  return attempts.map((attempt) => {
    const { control } = attempt;
    return { ...stopped(attempt, attempt), control: control === null ? null : stopped(attempt, control) };
  });
}

/** Reports a reply to a statement on `object` as `stopped` if one of `triggers` raised its error. */
export function stopper(
  triggers: readonly Trigger[],
): <T extends Reply>(of: Pick<Attempt, 'access' | 'object'>, reply: T) => T {
  const stages = new Map<string, StoppedAt>();
  for (const { table, function: name, stage } of triggers) {
    const key = keyOf(table, name);
    // A function that serves both kinds counts as the earlier one, because less follows from it.
    stages.set(key, stages.get(key) === 'before-trigger' ? 'before-trigger' : stage);
  }
  return (of, reply) => {
    const stage = stageIn(of, reply, stages);
    return stage === undefined ? reply : { ...reply, outcome: `stopped:${reply.sqlstate ?? ''}`, stage };
  };
}

/** data_exception, integrity_constraint_violation, raise_exception and the like: errors that a function's own body raises. */
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

import type { FactKind } from '../catalog/fact.ts';
import type { ParsedContract } from '../contract/contract.ts';
import { rolledBack } from '../postgres/rolled-back.ts';
import type { Session } from '../postgres/session.ts';
import { ColumnGrants } from './column-grants.ts';
import { readDisguises, type Disguises } from './disguises.ts';
import { Hands } from './hands.ts';
import { readShapes, type ShapeOptions } from './read-shapes.ts';
import { readRoutineCalls, type RoutineCalls } from './routines.ts';
import { holdSnapshot } from './snapshot.ts';
import type { TableShape } from './table-shape.ts';
import { readTriggers, type Trigger } from './trigger-stages.ts';

/** What statements are made of: the shapes of the contracted tables, how to call the functions, what logins can claim. */
export interface Ground {
  shapes: ReadonlyMap<string, TableShape>;
  calls: RoutineCalls;
  disguises: Disguises;
  /** The triggers of the contracted tables. */
  triggers: readonly Trigger[];
  /** The columns of tables that identities may use, from column grants. */
  columns: ColumnGrants;
  /** Who runs the controls, and who reads which rows exist. */
  hands: Hands;
  /**
   * Begins a transaction that sees exactly the rows that the shapes describe, whatever was written since; undefined if nobody
   * else writes.
   */
  snapshot?: string;
}

/**
 * Reads as superuser, once, what the statements of a database are made of. With `keepSequences` an INSERT gives its own value to
 * each column that a sequence would fill, because no rollback sets a sequence back.
 */
export function readGround(superuser: Session, contract: ParsedContract, keepSequences = false): Promise<Ground> {
  return readWith(superuser, contract, { keepSequences });
}

/** Who reads a live database if its session is not a superuser's, with the sessions of logins. */
export interface LiveReaders {
  hands: Hands;
  logins: ReadonlyMap<string, Session>;
}

/**
 * As `readGround`, for a database that others write to: `session` keeps its transaction open, so that the rows stay as they are
 * until it is closed. `readers` are needed if the session is not a superuser's.
 */
export async function readLiveGround(
  session: Session,
  contract: ParsedContract,
  readers?: LiveReaders,
): Promise<Ground> {
  const snapshot = await holdSnapshot(session);
  if (snapshot === undefined) {
    return readWith(session, contract, { keepSequences: true, ...readers });
  }
  const others = [...(readers?.logins.values() ?? [])];
  await Promise.all(others.map((one) => one.script(snapshot)));
  try {
    return {
      ...(await readWith(session, contract, { keepSequences: true, inTransaction: true, ...readers })),
      snapshot,
    };
  } finally {
    await Promise.all(others.map((one) => one.send('rollback')));
  }
}

async function readWith(session: Session, contract: ParsedContract, options: ShapeOptions): Promise<Ground> {
  return {
    shapes: await readShapes(session, contract, options),
    calls: await readRoutineCalls(session, Object.keys(contract.functions)),
    disguises: await readDisguises(session, contract),
    triggers: await readTriggers(session, Object.keys(contract.tables)),
    columns: await ColumnGrants.read(session, contract),
    hands: options.hands ?? Hands.superuser,
  };
}

/** Kinds of fact that decide what a login can claim: roles that it may take, and settings that something reads. */
const ofDisguises: readonly FactKind[] = ['membership', 'role', 'policy', 'function'];
const ofTriggers: readonly FactKind[] = ['trigger', 'table'];
const ofColumns: readonly FactKind[] = ['column', 'table', 'view', 'membership', 'role'];

/**
 * The ground of a database with a change on top that affects facts of the kinds `changed`. What such facts cannot affect is taken
 * from `before`; the rest is read in a transaction that begins with `opening` and is rolled back.
 */
export async function groundWith(
  superuser: Session,
  contract: ParsedContract,
  before: Ground,
  opening: string,
  changed: ReadonlySet<FactKind>,
): Promise<Ground> {
  const [disguised, triggered, granted] = [ofDisguises, ofTriggers, ofColumns].map((kinds) =>
    kinds.some((kind) => changed.has(kind)),
  );
  if (!disguised && !triggered && !granted) {
    return before;
  }
  return rolledBack(superuser, opening, async () => ({
    ...before,
    ...(disguised ? { disguises: await readDisguises(superuser, contract) } : {}),
    ...(triggered ? { triggers: await readTriggers(superuser, Object.keys(contract.tables)) } : {}),
    ...(granted ? { columns: await ColumnGrants.read(superuser, contract) } : {}),
  }));
}

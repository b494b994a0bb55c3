import { readFileSync } from 'node:fs';

import type { ParsedContract } from '../contract/contract.ts';
import { isTenantIsolated } from '../contract/declared.ts';
import type { Session } from '../postgres/session.ts';
import type { Attempt, PositiveControl, Reply } from './attempt.ts';
import { outcomeOfRows } from './classify.ts';
import { withOwnTenantControls } from './own-tenant-controls.ts';
import { TableDigests } from './table-digests.ts';
import { openingOf } from './tenant-context.ts';
import { readTableShape, type TableShape } from './table-shape.ts';
import { trialsOf, type RoutineKind, type Trial } from './trial.ts';
import { tryAs, tryStatement, type LoginRefusal, type LoginSessions, type TryOptions } from './try-statement.ts';

const routinesSql = readFileSync(new URL('sql/routine-kinds.sql', import.meta.url), 'utf8');

export interface AttemptOptions {
  /** Give a value of our own to each column that a sequence would fill: no rollback sets a sequence back. */
  keepSequences?: boolean;
  /** Commit each write that was refused or touched no row, and look as superuser whether the rows are the same: in a database of our own. */
  commitRefused?: boolean;
  /** Begins each transaction of the superuser. @default 'begin' */
  opening?: string;
  /** Tries these objects of the contract only. @default all */
  objects?: ReadonlySet<string> | undefined;
}

/**
 * Executes every trial of the contract as the real logins, each in a transaction that is rolled back, and as superuser
 * for the positive control. `logins` says for each login identity how it got in, or why it did not; one that is not in it is
 * not tried.
 */
export async function runAttempts(
  superuser: Session,
  contract: ParsedContract,
  logins: ReadonlyMap<string, LoginSessions | LoginRefusal>,
  { keepSequences = false, commitRefused = false, opening, objects }: AttemptOptions = {},
): Promise<Attempt[]> {
  const routines = await superuser.query<{ name: string; kind: RoutineKind }>(routinesSql, [
    Object.keys(contract.functions),
  ]);
  const kinds = new Map(routines.map(({ name, kind }) => [name, kind]));
  const isTried = (object: string) => objects?.has(object) ?? true;
  const shapes = await readShapes(superuser, contract, keepSequences, isTried);
  const trials = trialsOf(contract, shapes, kinds).filter(
    ({ identity, object }) => logins.has(identity) && isTried(object),
  );
  const digests = commitRefused ? new TableDigests(superuser) : undefined;
  const asSuperuser = rememberingReplies((sql, options) =>
    tryStatement(superuser, sql, () => superuser.script(openingOf(opening)), options),
  );
  const attempts: Attempt[] = [];
  for (const block of inBlocks(trials)) {
    const [{ object }] = block;
    const committing = digests !== undefined && shapes.has(object) && block.some(isWrite);
    const before = committing ? await digests.last(object) : undefined;
    const made: Attempt[] = [];
    for (const trial of block) {
      const control: PositiveControl = {
        as: 'superuser',
        ...(await asSuperuser(trial.control ?? trial.sql, {
          input: trial.control === undefined ? trial.input : undefined,
        })),
      };
      const login = logins.get(trial.identity)!;
      made.push(
        'untouched' in login
          ? await attempt(login, asSuperuser, trial, contract, control, committing)
          : toAttempt(trial, { ...login, rows: 0 }, control),
      );
    }
    const unchanged = before === undefined ? undefined : before === (await digests!.look(object));
    attempts.push(
      ...made.map((one) =>
        unchanged !== undefined && isWrite(one) && isRefused(one) ? { ...one, row_unchanged: unchanged } : one,
      ),
    );
  }
  return withOwnTenantControls(attempts);
}

type TrySuperuser = (sql: string, options?: TryOptions) => Promise<Reply>;

/** Everything is rolled back, so a statement is answered once. */
function rememberingReplies(trySuperuser: TrySuperuser): TrySuperuser {
  const replies = new Map<string, Reply>();
  return async (sql, options = {}) => {
    const key = JSON.stringify([sql, options.input]);
    const reply = replies.get(key) ?? (await trySuperuser(sql, options));
    replies.set(key, reply);
    return reply;
  };
}

/** The trials of one identity on one object in one context, block by block: after each its table is looked at. */
function inBlocks(trials: readonly Trial[]): [Trial, ...Trial[]][] {
  const blocks = new Map<string, [Trial, ...Trial[]]>();
  for (const trial of trials) {
    const key = JSON.stringify([trial.identity, trial.object, trial.context]);
    const block = blocks.get(key);
    if (block === undefined) {
      blocks.set(key, [trial]);
    } else {
      block.push(trial);
    }
  }
  return [...blocks.values()];
}

function isWrite({ access }: Pick<Trial, 'access'>): boolean {
  return access === 'INSERT' || access === 'UPDATE' || access === 'DELETE';
}

function isRefused({ outcome, rows }: Reply): boolean {
  return outcome !== 'allowed' || rows === 0;
}

/** Shapes of the contracted tables that exist, with a seeded row of the own tenant where rows have one. */
async function readShapes(
  superuser: Session,
  contract: ParsedContract,
  keepSequences: boolean,
  isTried: (object: string) => boolean,
): Promise<Map<string, TableShape>> {
  const { tenancy } = contract;
  const shapes = new Map<string, TableShape>();
  for (const table of Object.keys(contract.tables).filter(isTried)) {
    const tenant = isTenantIsolated(contract, table)
      ? { column: tenancy!.column, value: tenancy!.own, other: tenancy!.other }
      : undefined;
    const shape = await readTableShape(superuser, table, tenant, keepSequences);
    if (shape !== undefined) {
      shapes.set(table, shape);
    }
  }
  return shapes;
}

async function attempt(
  login: LoginSessions,
  asSuperuser: TrySuperuser,
  trial: Trial,
  contract: ParsedContract,
  control: PositiveControl,
  committing: boolean,
): Promise<Attempt> {
  const tryLogin = (sql: string, options?: TryOptions) =>
    tryAs(login, trial.context, contract.tenancy, sql, { before: `select 1 from ${trial.object}`, ...options });
  const reply = await tryLogin(trial.sql, { input: trial.input, commitRefused: committing && isWrite(trial) });
  if (reply.outcome === 'allowed' && control.outcome === 'allowed') {
    reply.outcome = outcomeOfRows(trial.access, reply.rows, control.rows);
  }
  const attempted = toAttempt(trial, reply, control);
  if (trial.rowsOf === undefined || reply.rows === 0) {
    return attempted;
  }
  const seen = trial.access === 'SELECT' ? await tryLogin(trial.rowsOf.foreign) : undefined;
  if (seen?.outcome === 'allowed') {
    return { ...attempted, foreign_rows: seen.rows };
  }
  // A changed row, or one whose tenant the login may not read, cannot be asked: what is more than the tenant has is not its own.
  const own = await asSuperuser(trial.rowsOf.own);
  return { ...attempted, foreign_rows: Math.max(0, reply.rows - own.rows) };
}

function toAttempt(
  { identity, object, command, access, context, shown, unproven }: Trial,
  reply: Reply,
  control: PositiveControl,
): Attempt {
  const key = `attempt/${identity}/${object}/${command}/${context}`;
  return {
    kind: 'attempt',
    key,
    identity,
    object,
    command,
    access,
    context,
    ...reply,
    sql: shown,
    foreign_rows: 0,
    control,
    ...(unproven === undefined ? {} : { unproven }),
  };
}

import { readFileSync } from 'node:fs';

import type { ParsedContract } from '../contract/contract.ts';
import { isTenantIsolated } from '../contract/declared.ts';
import type { Session } from '../postgres/session.ts';
import type { Attempt, PositiveControl, Reply } from './attempt.ts';
import { outcomeOfRows } from './classify.ts';
import { openingOf } from './tenant-context.ts';
import { readTableShape, type TableShape } from './table-shape.ts';
import { trialsOf, type RoutineKind, type Trial } from './trial.ts';
import { tryAs, tryStatement, type LoginRefusal, type LoginSessions } from './try-statement.ts';

const routinesSql = readFileSync(new URL('sql/routine-kinds.sql', import.meta.url), 'utf8');

export interface AttemptOptions {
  /** Give a value of our own to each column that a sequence would fill: no rollback sets a sequence back. */
  keepSequences?: boolean;
  /** Begins each transaction of the superuser. @default 'begin' */
  opening?: string;
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
  { keepSequences = false, opening }: AttemptOptions = {},
): Promise<Attempt[]> {
  const routines = await superuser.query<{ name: string; kind: RoutineKind }>(routinesSql, [Object.keys(contract.functions)]);
  const kinds = new Map(routines.map(({ name, kind }) => [name, kind]));
  const trySuperuser = (sql: string) => tryStatement(superuser, sql, () => superuser.script(openingOf(opening)));
  const trials = trialsOf(contract, await readShapes(superuser, contract, keepSequences), kinds).filter(({ identity }) => logins.has(identity));
  const controls = new Map<string, PositiveControl>();
  const attempts: Attempt[] = [];
  for (const trial of trials) {
    const control = controls.get(trial.sql) ?? { as: 'superuser', ...(await trySuperuser(trial.sql)) };
    controls.set(trial.sql, control);
    const login = logins.get(trial.identity)!;
    attempts.push('untouched' in login ? await attempt(login, trySuperuser, trial, contract, control) : toAttempt(trial, { ...login, rows: 0 }, control));
  }
  return withOwnTenantControls(attempts);
}

/** Shapes of the contracted tables that exist, with a seeded row of the own tenant where rows have one. */
async function readShapes(superuser: Session, contract: ParsedContract, keepSequences: boolean): Promise<Map<string, TableShape>> {
  const { tenancy } = contract;
  const shapes = new Map<string, TableShape>();
  for (const table of Object.keys(contract.tables)) {
    const tenant = isTenantIsolated(contract, table) ? { column: tenancy!.column, value: tenancy!.own } : undefined;
    const shape = await readTableShape(superuser, table, tenant, keepSequences);
    if (shape !== undefined) {
      shapes.set(table, shape);
    }
  }
  return shapes;
}

async function attempt(login: LoginSessions, trySuperuser: (sql: string) => Promise<Reply>, trial: Trial, contract: ParsedContract, control: PositiveControl): Promise<Attempt> {
  const tryLogin = (sql: string) => tryAs(login, trial.context, contract.tenancy, sql);
  const reply = await tryLogin(trial.sql);
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
  const own = await trySuperuser(trial.rowsOf.own);
  return { ...attempted, foreign_rows: Math.max(0, reply.rows - own.rows) };
}

function toAttempt({ identity, object, access, context, shown }: Trial, reply: Reply, control: PositiveControl): Attempt {
  const key = `attempt/${identity}/${object}/${access}/${context}`;
  return { kind: 'attempt', key, identity, object, access, context, ...reply, sql: shown, foreign_rows: 0, control };
}

/**
 * Where row-level security denied or hid, the control that counts is the same login's same command as the own tenant. Where
 * not even the superuser could (the row of a tenant that does not exist), it is the superuser's with the own tenant's row.
 */
function withOwnTenantControls(attempts: readonly Attempt[]): Attempt[] {
  const own = new Map(attempts.filter(({ context }) => context === 'own-tenant').map((one) => [one.key, one]));
  return attempts.map((one) => {
    const sibling = own.get(`attempt/${one.identity}/${one.object}/${one.access}/own-tenant`);
    if (sibling?.outcome === 'allowed' && (one.outcome === 'denied-by-rls' || one.outcome === 'hidden')) {
      const { outcome, sqlstate, message, rows } = sibling;
      return { ...one, control: { as: `${one.identity}, own-tenant`, outcome, sqlstate, message, rows } };
    }
    const works = one.control?.outcome === 'allowed' || sibling?.control == null;
    return works ? one : { ...one, control: { ...sibling.control!, as: 'superuser, own-tenant' } };
  });
}

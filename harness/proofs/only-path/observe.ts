import { readFileSync } from 'node:fs';

import { sql, type SqlName, type SqlText } from '../../common/sql.ts';
import { snapshotSettings } from '../../catalog/snapshot.ts';
import type { ParsedContract } from '../../contract/contract.ts';
import { declaredPrivileges } from '../../contract/declared.ts';
import { sqlParser, type SqlParser } from '../../postgres/parsed-sql.ts';
import { lookingUpByName } from '../../postgres/lookup-by-name.ts';
import { rolledBack } from '../../postgres/rolled-back.ts';
import type { Session } from '../../postgres/session.ts';
import { serverError, sqlFileError } from '../../postgres/sql-error.ts';
import type { Reply } from '../../attempts/attempt.ts';
import { readBodies } from '../bypass/bodies.ts';
import { checkInput, type CheckInput } from '../bypass/check-input.ts';
import { callOfAbsent, readRoutineCalls, type RoutineCalls } from '../../attempts/routines.ts';
import { openingOf, Transactions } from '../../attempts/transactions.ts';
import { replyOf } from '../../attempts/try-statement.ts';
import { readActing } from '../../attempts/acting-as.ts';
import { callersOf, theStranger, type Caller } from './callers.ts';
import { runsGivenText } from './given-text.ts';
import { reachedByText } from './reached-by-text.ts';

const read = (file: string) => readFileSync(new URL(file, import.meta.url), 'utf8');
const waysSql = lookingUpByName(read('../bypass/prelude.sql') + read('sql/only-path.sql'));
const gatewaysSql = lookingUpByName(read('sql/only-path-gateways.sql'));
const presentSql = lookingUpByName(
  'select t.name from pg_catalog.unnest($1::text[]) as t (name) where pg_catalog.to_regclass(t.name) is not null',
);
const textsSql = read('sql/routine-texts.sql');

/**
 * An access path to a table besides its listed functions, with the roles that have a privilege on it: PUBLIC, or contracted ones.
 */
export interface Way {
  kind:
    | 'privilege'
    | 'view'
    | 'materialized view'
    | 'rule'
    | 'definer function'
    | 'trigger'
    | 'child'
    | 'parent'
    | 'foreign key';
  /** The privilege, or the object. */
  name: string;
  roles: string[];
  /** The call that reached the table, for a function that runs text it is given. */
  sql?: string;
}

/** A function or trigger for which neither a search nor a call shows what it reaches. */
export interface Unread {
  kind: 'definer function' | 'trigger';
  name: string;
  roles: string[];
  /** `body runs text it is given`. */
  why: string;
}

/** A call of a listed function by a role to which the contract gives no EXECUTE. */
export interface GatewayCall extends Reply {
  function: string;
  /** Set if the session took the role by SET ROLE, because it is not a superuser's. */
  by?: 'set role';
  /** `a stranger`, or a contracted role that is not a login. */
  as: string;
  sql: string;
}

/** What was seen of a table that only functions may reach. Calls as real logins are among the attempts. */
export interface OnlyPathObservation {
  table: string;
  exists: boolean;
  through: string[];
  ways: Way[];
  unread: Unread[];
  gateways: GatewayCall[];
  /** Calls that nobody could make, in words. */
  uncalled?: string[];
}

export interface OnlyPathOptions {
  /** Begins each transaction of the superuser. @default 'begin' */
  opening?: SqlText | undefined;
  /** Whether a role may be made for the stranger, in a transaction that is rolled back. @default true */
  stranger?: boolean;
  /** Whether calls may only read, so that no sequence moves. @default false */
  readOnly?: boolean;
  /** How functions are called, if it has been read before. */
  calls?: RoutineCalls | undefined;
}

/**
 * For each table with `only_through`, finds every other path to it, and calls its listed functions as roles that may not.
 *
 * The catalog and bodies are searched for names. In a database that is ours, a body that runs text it is given is called with
 * text that reaches the table. If no such call reaches it, it is not known what the body reaches. The callers here are not logins
 * and act by SET LOCAL SESSION AUTHORIZATION: contracted groups and definers without EXECUTE, and a stranger, which is a role
 * made in the transaction with only USAGE on the function's schema. What the stranger is denied, no role gets through PUBLIC.
 */
export async function runOnlyPaths(
  superuser: Session,
  contract: ParsedContract,
  { opening = 'begin', stranger = true, readOnly = false, calls }: OnlyPathOptions = {},
): Promise<OnlyPathObservation[]> {
  const tables = Object.entries(contract.tables).filter(([, { only_through }]) => only_through.length > 0);
  if (tables.length === 0) {
    return [];
  }
  const { ways, present, callers, textCalls } = await ask(
    superuser,
    contract,
    opening,
    tables.map(([table]) => table),
  );
  const callOf = calls ?? (await readRoutineCalls(superuser, listedIn(contract)));
  const transactions = new Transactions();
  if (readOnly) {
    await transactions.readFromHere();
  }
  const callAs = async ({ give = [], become }: Caller, statement: SqlText) => {
    const stand = { session: superuser, begin: opening, before: [], give, enter: become };
    const answers = await transactions.run(stand, [statement]);
    return replyOf(answers.error === undefined ? answers : { ...answers, counts: [] });
  };
  const acting = await readActing(superuser, [...new Set(callers.flatMap(({ role }) => role ?? []))]);
  const observations: OnlyPathObservation[] = [];
  for (const [table, { only_through }] of tables) {
    const gateways: GatewayCall[] = [];
    const uncalled: string[] = [];
    for (const fn of only_through) {
      const known = callers.filter((caller) => caller.function === fn);
      const call = contract.functions[fn]?.call ?? callOf.get(fn) ?? callOfAbsent(fn);
      const roles = known.flatMap(({ role }) =>
        role === null || declaredPrivileges(contract, role, fn).has('EXECUTE') ? [] : [role],
      );
      uncalled.push(
        ...roles
          .filter((role) => !acting.has(role))
          .map((role) => `${fn} was not called as ${role}: ${superuser.target.user} cannot take its role`),
      );
      const strangers = stranger && known.length > 0 ? [theStranger(known[0]!.schema)] : [];
      for (const caller of [...callersOf(roles, acting), ...strangers]) {
        const { as, by } = caller;
        gateways.push({
          function: fn,
          as,
          ...(by === undefined ? {} : { by }),
          sql: call,
          ...(await callAs(caller, call)),
        });
      }
    }
    const there = ways.filter((way) => way.table === table);
    const unread: Unread[] = [];
    const reached: Way[] = [];
    for (const { kind, name, roles, unread: why } of there.filter((way) => way.unread !== null)) {
      const [role] = roles.filter((one) => Object.hasOwn(contract.identities, one));
      const call = textCalls.get(name);
      const trial = stranger && role !== undefined && typeof call === 'string' ? { table, call, role } : undefined;
      const sql = trial && (await reachedByText(superuser, transactions, opening, trial));
      if (sql === undefined) {
        unread.push({ kind: kind as Unread['kind'], name, roles, why: why! });
      } else {
        reached.push({ kind, name, roles, sql });
      }
    }
    observations.push({
      table,
      exists: present.has(table),
      through: only_through,
      ways: [
        ...there.filter((way) => way.unread === null).map(({ kind, name, roles }) => ({ kind, name, roles })),
        ...reached,
      ],
      unread,
      gateways,
      ...(uncalled.length === 0 ? {} : { uncalled }),
    });
  }
  await transactions.end();
  return observations;
}

interface GatewayRow extends Record<string, unknown> {
  function: string;
  schema: SqlName;
  role: string | null;
}

function ask(superuser: Session, contract: ParsedContract, opening: SqlText, tables: readonly string[]) {
  return rolledBack(superuser, sql`${openingOf(opening)}; ${snapshotSettings}`, () =>
    lookUp(superuser, contract, tables),
  );
}

export interface WayRow extends Record<string, unknown> {
  table: string;
  kind: Way['kind'];
  name: string;
  roles: string[];
  unread: string | null;
}

/** A cache: the bodies of a damaged head are nearly all the same. */
const known = new Map<string, boolean>();

function isGivenText(parser: SqlParser, body: string): boolean {
  const before = known.get(body);
  if (before !== undefined) {
    return before;
  }
  const now = runsGivenText(parser, body);
  known.set(body, now);
  return now;
}

/** The oids of routines whose body runs text that it does not hold. */
async function givenTexts(superuser: Session): Promise<string[]> {
  const parser = await sqlParser();
  const texts = await superuser.query<{ oid: string; body: string }>(textsSql);
  return texts.filter(({ body }) => isGivenText(parser, body)).map(({ oid }) => oid);
}

/** Every path to the tables with `only_through`, from the check input of a contract. */
export async function askWays(session: Session, said: CheckInput): Promise<WayRow[]> {
  const bodies = await readBodies((text, values) => session.query(text, values));
  return session.query<WayRow>(waysSql, [JSON.stringify({ ...said, bodies, given_text: await givenTexts(session) })]);
}

async function lookUp(superuser: Session, contract: ParsedContract, tables: readonly string[]) {
  try {
    const ways = await askWays(superuser, checkInput(contract));
    const present = await superuser.query<{ name: string }>(presentSql, [tables]);
    const blind = ways.filter(({ kind, unread }) => kind === 'definer function' && unread !== null);
    const functions = listedIn(contract);
    const others = Object.keys(contract.identities).filter((name) =>
      ['group', 'definer'].includes(contract.identities[name]!.kind),
    );
    return {
      ways,
      textCalls: await readRoutineCalls(superuser, [...new Set(blind.map(({ name }) => name))]),
      present: new Set(present.map(({ name }) => name)),
      callers: await superuser.query<GatewayRow>(gatewaysSql, [functions, others]),
    };
  } catch (error) {
    throw serverError(error) === undefined
      ? error
      : await sqlFileError(
          'sql-failed',
          'only-path.sql',
          waysSql,
          error,
          'Report this with the version of the server.',
        );
  }
}

/** The functions that are the only path to a table. */
function listedIn({ tables }: ParsedContract): string[] {
  return [...new Set(Object.values(tables).flatMap(({ only_through }) => only_through))];
}

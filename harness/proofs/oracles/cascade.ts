import { joined, sql, type SqlText } from '../../common/sql.ts';
import { quoteIdentifier, quoteLiteral } from '../../postgres/quote.ts';
import type { Session } from '../../postgres/session.ts';
import { serverError } from '../../postgres/sql-error.ts';
import type { Reply } from '../../attempts/attempt.ts';
import { meaningOf } from '../../attempts/outcome.ts';
import type { HiddenRows } from './hidden-rows.ts';
import type { KeyValues, OracleKey } from './keys.ts';
import type { Oracle } from './oracle.ts';
import type { Acting } from '../../attempts/acting-as.ts';
import type { ControlSessions } from '../../attempts/control-sessions.ts';
import type { Transactions } from '../../attempts/transactions.ts';
import type { TenantRecord } from '../../contract/sessions.ts';
import { replyOf } from '../../attempts/try-statement.ts';

/** A session of the own tenant: its login, and the statements by which it becomes that tenant. */
export interface Opened {
  identity: string;
  login: string;
  asOwn: readonly SqlText[];
}

const nothing: Reply = { outcome: 'allowed', sqlstate: null, message: null, rows: 0 };

/** What cascades are tried with. */
export interface Cascading {
  transactions: Transactions;
  sessions: ControlSessions;
  /** How the observing session acts as each login. */
  acting: ReadonlyMap<string, Acting>;
  /** The tenant whose rows are hidden. */
  other: TenantRecord;
  /** Runs a statement as the login itself. */
  ask(statement: SqlText): Promise<Reply>;
}

/**
 * Tries each foreign key that cascades into a tenant-isolated table: whether a DELETE or UPDATE of the parent touches a row of
 * another tenant. Only the same transaction can see the rows, so the observing session runs the statement, acting as the login.
 * First it makes a hidden row refer to the parent, if the key accepts another tenant's parent. If it cannot act as the login, a
 * refusal of the login's own statement shows that the cascade is closed.
 */
export async function tryCascades(
  cascading: Cascading,
  who: Opened,
  hidden: HiddenRows,
  prepared: readonly { key: OracleKey; values: KeyValues | string }[],
): Promise<Oracle[]> {
  const oracles: Oracle[] = [];
  for (const { key, values } of prepared.filter(({ key }) => key.kind === 'foreign-key')) {
    if (key.cascades_delete) {
      oracles.push(await tryCascade(cascading, who, hidden, key, () => sql`delete from ${key.other}`));
    }
    if (key.cascades_update) {
      const set = typeof values === 'string' ? undefined : values.absent;
      const changes = joined(
        key.other_columns.map((name, index) => sql`${quoteIdentifier(name)} = ${set?.[index] ?? 'default'}`),
      );
      const change = (where: SqlText) => sql`update ${key.other} set ${changes} where ${where}`;
      oracles.push(await tryCascade(cascading, who, hidden, key, change));
    }
  }
  return oracles;
}

async function tryCascade(
  { transactions, sessions, acting, other, ask }: Cascading,
  who: Opened,
  hidden: HiddenRows,
  key: OracleKey,
  statement: (where: SqlText) => SqlText,
): Promise<Oracle> {
  const { identity, login, asOwn } = who;
  const base = {
    kind: 'cascade',
    table: key.table,
    key: key.key,
    identity,
    guessable: true,
    sql: shown(statement('…')),
  } as const;
  const closed: Oracle = { ...base, hidden: nothing, absent: nothing, open: false, unproven: null };
  const unproven = (why: string): Oracle => ({ ...closed, unproven: why });
  const { session, hands, begin } = sessions;
  const reader = hands.reader(key.table);
  const as = acting.get(login);
  if (as === undefined || reader === undefined || hands.loginOf(reader) !== undefined) {
    const absent = await ask(statement('false'));
    return meaningOf(absent).isRefusal
      ? { ...closed, absent }
      : unproven(`${session.target.user} cannot act as ${login}, with the rows of ${key.table} in sight`);
  }
  const reading = hands.enter(reader, hands.seesSomeApart ? other : undefined);
  try {
    await transactions.enter({
      ...{ session, begin, before: [] },
      enter: ['set constraints all immediate', ...reading],
    });
    const victim = await arrangeVictim(session, key, hidden);
    if (typeof victim === 'string') {
      return key.says_whose && key.other_isolated ? closed : unproven(victim);
    }
    const entering = [...(reading.length === 0 ? [] : ['reset role']), ...as.give, ...as.become, ...asOwn];
    const looking = [as.back, ...reading, sql`select from ${key.table} where ctid = ${quoteLiteral(victim.ctid)}::tid`];
    const answers = await session.send(joined([...entering, statement(victim.parent), ...looking], ';\n'));
    if (answers.error !== undefined && answers.counts.length !== entering.length) {
      return unproven(`it could not be set up: ${answers.error.message}`);
    }
    const absent = replyOf(answers, entering.length);
    const { isAllowed, isRefusal } = meaningOf(absent);
    if (!isAllowed) {
      return { ...closed, absent, unproven: isRefusal ? null : `the statement did not end: ${absent.message ?? ''}` };
    }
    const left = answers.counts.at(-1)!;
    return { ...base, hidden: { ...nothing, rows: 1 - left }, absent, open: left === 0, unproven: null };
  } catch (error) {
    const server = serverError(error);
    if (server === undefined) {
      throw error;
    }
    return unproven(`it could not be set up: ${server.message}`);
  }
}

/** A statement without the values of a row. */
function shown(sql: string): string {
  return sql.replace(/'(?:[^']|'')*'::[\w ]+/g, '…');
}

interface Victim {
  ctid: string;
  /** The condition that only its parent row meets. */
  parent: SqlText;
}

/** A row of another tenant that refers to a row the login might change, or in words why there is none. */
async function arrangeVictim(session: Session, key: OracleKey, hidden: HiddenRows): Promise<Victim | string> {
  const names = key.other_columns.map(quoteIdentifier);
  const mine = key.own_columns.map(quoteIdentifier);
  const reached = key.other_isolated ? hidden.ownOf(key.other) : key.other;
  const pairs = joined(
    names.map((name, index) => sql`t.${mine[index]!} = o.${name}`),
    ' and ',
  );
  const rows = hidden.hiddenOf(key.table);
  const select = sql`select t.ctid::text as ctid, ${joined(names.map((name, index) => sql`o.${name}::text as k${index}`))}`;
  const refers = async () =>
    (
      await session.query<Record<string, string>>(
        sql`${select} from ${rows} as t join ${reached} as o on ${pairs} limit 1`,
      )
    )[0];
  let row = await refers();
  // If a row's owner is its parent's, the row would no longer be hidden.
  if (row === undefined && !key.says_whose) {
    const set = joined(mine.map((name, index) => sql`${name} = o.${names[index]!}`));
    await session.script(
      sql`update ${key.table} as t set ${set} from (select * from ${reached} as o limit 1) as o where t.ctid = (select t.ctid from ${rows} as t limit 1)`,
    );
    row = await refers();
  }
  if (row === undefined) {
    return `no hidden row of ${key.table} refers to a row of ${key.other} that the login might reach`;
  }
  const parent = joined(
    names.map((name, index) => sql`${name} = ${quoteLiteral(row[`k${index}`]!)}::${key.types[index]!}`),
    ' and ',
  );
  return { ctid: row['ctid']!, parent };
}

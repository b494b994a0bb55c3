import { sql, type SqlName, type SqlText } from '../../common/sql.ts';
import type { ParsedContract } from '../../contract/contract.ts';
import { tenantsOf } from '../../contract/sessions.ts';
import type { Session } from '../../postgres/session.ts';
import type { Reply } from '../../attempts/attempt.ts';
import { endingOf, meaningOf } from '../../attempts/outcome.ts';
import type { Oracle } from './oracle.ts';
import { readActing } from '../../attempts/acting-as.ts';
import { withReaders, type ControlSessions } from '../../attempts/control-sessions.ts';
import { Hands } from '../../attempts/hands.ts';
import { tryCascades } from './cascade.ts';
import { prepare, type OracleOptions, type Prepared } from './prepare.ts';
import type { OracleKey } from './keys.ts';
import { insertOf, updateOf, type InsertOf } from './key-statements.ts';
import {
  isByPolicy,
  isDeniedByGrant,
  isGenerated,
  isNoArbiter,
  isOfGenerated,
  isRefused,
  isStoppedBefore,
  reachesRow,
} from './replies.ts';
import type { TableShape } from '../../attempts/table-shape.ts';
import { statementFor } from '../../attempts/statements.ts';
import { ownTenantStands } from '../../attempts/own-tenant-stands.ts';
import { Transactions, type Stand } from '../../attempts/transactions.ts';
import { replyOf, type LoginRefusal, type LoginSessions } from '../../attempts/try-statement.ts';

export type { Oracle } from './oracle.ts';

/**
 * Tries every key of the tenant-isolated tables as each login that could connect. It compares a value that a hidden row holds
 * with one that no row holds, in INSERT (or UPDATE if only that is granted), ON CONFLICT DO NOTHING and foreign keys, and it
 * tries what cascades. Everything is rolled back.
 */
export async function runOracles(
  superuser: Session,
  contract: ParsedContract,
  logins: ReadonlyMap<string, LoginSessions | LoginRefusal>,
  { opening = 'begin', keepSequences = false, objects, shapes, hands = Hands.superuser }: OracleOptions = {},
): Promise<Oracle[]> {
  if (tenantsOf(contract) === undefined) {
    return [];
  }
  // A function or a view has no keys.
  if (objects !== undefined && !Object.keys(contract.tables).some((table) => objects.has(table))) {
    return [];
  }
  const sessions: ControlSessions = { hands, session: superuser, logins, begin: opening };
  const { hidden, prepared } = await withReaders(sessions, (readers) =>
    prepare(superuser, contract, { opening, keepSequences, objects, shapes, hands }, readers),
  );
  const transactions = new Transactions();
  const oracles: Oracle[] = [];
  const cascading = {
    ...{ transactions, sessions, other: tenantsOf(contract)!.other },
    acting: await readActing(superuser, [...logins.keys()]),
  };
  try {
    for (const { opened, asOwn, stand: own } of ownTenantStands(contract, logins)) {
      const { identity } = opened;
      // Deferred constraints are checked at COMMIT, which never comes here.
      const stand: Stand = { ...own, enter: [...own.enter, 'set constraints all immediate'] };
      const ask: Ask = async (statement) => replyOf(await transactions.run(stand, [statement]));
      const copied = new Map<string, TableShape>();
      for (const { key, values, shape } of prepared) {
        const copy = copied.get(key.table) ?? (await insertable(ask, key.table, shape));
        copied.set(key.table, copy);
        oracles.push(...(await tryKey(ask, identity, { key, values, shape: copy })));
      }
      const keys = prepared.map(({ key, values }) => ({ key, values }));
      oracles.push(...(await tryCascades({ ...cascading, ask }, { ...opened, asOwn }, hidden, keys)));
    }
  } finally {
    await transactions.end().catch(() => undefined);
  }
  return oracles;
}

/** Runs a statement as a login, in the context of its own tenant. */
type Ask = (statement: SqlText) => Promise<Reply>;

/** The shape, with another row to copy if a policy refuses the copy of the first. */
async function insertable(ask: Ask, table: SqlName, shape: TableShape): Promise<TableShape> {
  const isByPolicy = async (one: TableShape) =>
    meaningOf(await ask(statementFor('INSERT', table, one).sql)).closedBy === 'policies';
  if (await isByPolicy(shape)) {
    for (const copy of shape.copies ?? []) {
      const other = { ...shape, ...copy };
      if (!(await isByPolicy(other))) {
        return other;
      }
    }
  }
  return shape;
}

const untried: Reply = { outcome: 'absent', sqlstate: null, message: null, rows: 0 };

async function tryKey(ask: Ask, identity: string, { key, values, shape }: Prepared): Promise<Oracle[]> {
  const { kind, table } = key;
  if (kind === 'foreign-key' && !key.other_isolated && key.seen_by.includes(identity)) {
    return [];
  }
  const base = { table, key: key.key, identity, guessable: !key.is_random };
  const insert = insertOf(key, shape);
  const wholeInsert = insertOf(key, shape, true);
  if (typeof values === 'string') {
    return [
      await denialOf(
        ask,
        { ...base, kind, sql: '', hidden: untried, absent: untried, open: false, unproven: values },
        key,
        insert,
      ),
    ];
  }
  const attempt = async (of: InsertOf, as: Oracle['kind'], none = values.absent): Promise<Oracle> => {
    const hidden = await ask(of(values.hidden));
    const absent = await ask(of(none));
    return {
      ...base,
      kind: as,
      sql: of(values.hidden.map(() => '…')).replaceAll(/values \(.*\)/gs, 'values (…)'),
      hidden,
      absent,
      ...comparedReplies(key, as, hidden, absent),
    };
  };
  const plain = await attemptInsert(kind, '');
  for (const none of plain.unproven === null ? [] : values.alsoAbsent) {
    const again = await attempt(insert, kind, none);
    if (again.unproven === null) {
      return [again];
    }
  }
  if (isRefused(plain)) {
    const changed = await attempt((literals) => updateOf(key, literals), kind);
    return [
      isRefused(changed) || isGenerated(changed) || (isByPolicy(plain) && !reachesRow(changed)) ? plain : changed,
    ];
  }
  return kind === 'unique' ? [plain, await attemptInsert('conflict', ' on conflict do nothing')] : [plain];

  /**
   * First with the values that the server fills in. If that stops the row before the key is checked, with all values of the
   * copied row.
   */
  async function attemptInsert(as: Oracle['kind'], tail: SqlText): Promise<Oracle> {
    const usual = await attempt((literals) => sql`${insert(literals)}${tail}`, as);
    if (!isStoppedBefore(usual)) {
      return usual;
    }
    const whole = await attempt((literals) => sql`${wholeInsert(literals)}${tail}`, as);
    return whole.unproven === null ? whole : usual;
  }
}

/** If there are no values to tell rows apart, a login that may not write the key at all learns nothing from it. */
async function denialOf(ask: Ask, oracle: Oracle, key: OracleKey, insert: InsertOf): Promise<Oracle> {
  const nulls = key.own_columns.map(() => 'null');
  const replies = [await ask(insert(nulls)), await ask(updateOf(key, nulls))];
  const [hidden] = replies;
  return replies.every((reply) => isDeniedByGrant(reply) || isOfGenerated(reply)) && isDeniedByGrant(hidden!)
    ? { ...oracle, hidden: hidden!, absent: hidden!, unproven: null }
    : oracle;
}

/** Two different answers are an oracle. If neither statement got through, only a denial proves anything. */
function comparedReplies(
  key: OracleKey,
  kind: Oracle['kind'],
  hidden: Reply,
  absent: Reply,
): Pick<Oracle, 'open' | 'unproven'> {
  const names = (reply: Reply) => reply.message?.includes(`"${key.key}"`) === true;
  if (hidden.outcome === absent.outcome && hidden.rows === absent.rows) {
    const shown =
      meaningOf(hidden).isRefusal ||
      isNoArbiter(hidden) ||
      (meaningOf(hidden).isAllowed && (kind === 'foreign-key' || absent.rows > 0)) ||
      (kind === 'foreign-key' && endingOf(hidden).kind === 'stopped' && names(hidden));
    return {
      open: false,
      unproven: shown ? null : `the statement did not come to the key: ${hidden.message ?? 'it reached no row'}`,
    };
  }
  // The other answer must come from the key itself.
  const bySomethingElse =
    kind === 'conflict' ? !meaningOf(absent).isAllowed && !isNoArbiter(absent) : !names(hidden) && !names(absent);
  return bySomethingElse
    ? { open: false, unproven: `the statement could not be set up: ${hidden.message ?? absent.message ?? ''}` }
    : { open: true, unproven: null };
}

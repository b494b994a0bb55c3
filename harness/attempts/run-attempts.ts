import type { ParsedContract } from '../contract/contract.ts';
import { tenantByRole } from '../contract/rows.ts';
import { tenantsOf } from '../contract/sessions.ts';
import type { Session } from '../postgres/session.ts';
import type { Attempt, Reply } from './attempt.ts';
import { commitsStatements } from './committed-contexts.ts';
import { askControls } from './controls.ts';
import type { ControlSessions } from './control-sessions.ts';
import { readGround, type Ground } from './ground.ts';
import { meaningOf } from './outcome.ts';
import { OutOfStack } from './out-of-stack.ts';
import { inOrderOfRunning, writtenTables } from './order-of-running.ts';
import { withOwnTenantControls } from './own-tenant-controls.ts';
import { SecondLooks } from './second-looks.ts';
import { TableDigests } from './table-digests.ts';
import { Transactions } from './transactions.ts';
import { withTriggerStages } from './trigger-stages.ts';
import { withInsertableRows } from './insertable-rows.ts';
import { isWrite, trialsOf, type Trial } from './trial.ts';
import { attemptOf, type Tried } from './tried.ts';
import { Trier } from './trier.ts';
import type { LoginRefusal, LoginSessions } from './try-statement.ts';

export interface AttemptOptions {
  /** Give a value to each column that a sequence would fill, because no rollback sets a sequence back. */
  keepSequences?: boolean;
  /** Commit each write that was refused or touched no row, and compare the rows as superuser. Only for a database of our own. */
  commitRefused?: boolean;
  /** Commit nothing, and let calls of functions only read. For a database that is not ours; see `contextsLeftOut`. */
  commitsNothing?: boolean;
  /** Begins each transaction of the superuser. @default 'begin' */
  opening?: string;
  /** Tries these objects of the contract only. @default all */
  objects?: ReadonlySet<string> | undefined;
  /** Name one of the rows that are too many or missing, by its key. */
  nameRows?: boolean;
  /** What statements are made of, if it has been read before. */
  ground?: Ground | undefined;
}

/**
 * Executes every trial of the contract as the real logins, each rolled back before the next, and as superuser for the positive
 * control. `logins` says how each login identity connected, or why it could not. A login that is missing there is not tried.
 */
export async function runAttempts(
  superuser: Session,
  contract: ParsedContract,
  logins: ReadonlyMap<string, LoginSessions | LoginRefusal>,
  {
    keepSequences,
    commitRefused = false,
    commitsNothing = false,
    opening = 'begin',
    objects,
    nameRows = false,
    ground,
  }: AttemptOptions = {},
): Promise<Attempt[]> {
  const known = ground ?? (await readGround(superuser, contract, keepSequences));
  const { shapes, calls, triggers, columns } = known;
  // A session whose role alone decides its tenant has no other claims to make, unless there is another role or a setting that
  // something reads.
  const isIdle = ({ session, object, context }: Trial) =>
    context === 'hostile' &&
    (known.disguises.get(session.login) ?? []).length === 0 &&
    tenantByRole(contract, object, session) !== undefined;
  const wanted = trialsOf(contract, shapes, calls, columns).filter((trial) => {
    const { session, object, context } = trial;
    return (
      logins.has(session.login) &&
      (objects?.has(object) ?? true) &&
      !(commitsNothing && commitsStatements(session, context)) &&
      !isIdle(trial)
    );
  });
  const transactions = new Transactions({ commitsNothing });
  const trier = new Trier(transactions, contract, known);
  const trials = await withInsertableRows({ contract, shapes, columns, trier, logins }, wanted);
  await transactions.end();
  const digests = commitRefused ? new TableDigests(superuser) : undefined;
  const sessions: ControlSessions = { hands: known.hands, session: superuser, logins, begin: opening };
  const looks = new SecondLooks(transactions, trier, { ...sessions, begin: known.snapshot ?? opening });
  const recounts = new SecondLooks(transactions, trier, sessions);
  const outOfStack = new OutOfStack();
  const attempts = new Map<Trial, Attempt>();
  const tryAll = async (asked: readonly Trial[]) => {
    // Controls run before any login holds a row that a control would wait for.
    const controlled = await askControls(transactions, sessions, { triggers, tenants: tenantsOf(contract) }, asked);
    const some = controlled.map(({ trial }) => trial);
    const controlOf = new Map(controlled.map(({ trial, control }) => [trial, control]));
    const askedFor = new Map(some.map((trial, index) => [trial, asked[index]!]));
    await transactions.end();
    await digests?.changed(writtenTables(some, shapes));
    for (const block of inOrderOfRunning(some).flatMap(inParts)) {
      const login = logins.get(block[0].session.login)!;
      const first =
        'untouched' in login
          ? await outOfStack.tried(block, (some) => trier.tryAll(login, some))
          : block.map(() => ({ ...login, rows: 0, foreign_rows: 0 }));
      const tried = known.snapshot === undefined ? first : await recounts.recounted(block, first);
      const named =
        nameRows && 'untouched' in login ? await looks.nameMissing(login, block, tried) : tried.map(withoutNames);
      block.forEach((trial, index) => {
        attempts.set(askedFor.get(trial)!, attemptOf(trial, named[index]!, controlOf.get(trial)!));
      });
      if (digests !== undefined && 'untouched' in login) {
        await trier.commitIdle(login, block, tried);
        const changed = await digests.changed(writtenTables(block, shapes));
        for (const trial of block.map((one) => askedFor.get(one)!)) {
          const one = attempts.get(trial)!;
          if (isWrite(one) && !(meaningOf(one).isAllowed && one.rows > 0) && shapes.has(trial.object)) {
            attempts.set(trial, { ...one, row_unchanged: !changed.has(trial.object) });
          }
        }
      }
    }
  };
  try {
    // A function may do anything: it may move a sequence, which no rollback sets back.
    const isApart = ({ access }: Trial) => commitsNothing && access === 'EXECUTE';
    await tryAll(trials.filter((trial) => !isApart(trial)));
    if (trials.some(isApart)) {
      await transactions.readFromHere();
      await tryAll(trials.filter(isApart));
      for (const trial of trials.filter(isApart)) {
        const one = attempts.get(trial)!;
        attempts.set(trial, { ...asEntered(one), control: one.control === null ? null : asEntered(one.control) });
      }
    }
  } finally {
    await transactions.end().catch(() => undefined);
  }
  const all = trials.map((trial) => attempts.get(trial)!);
  return withOwnTenantControls(withTriggerStages(all, triggers));
}

function withoutNames(tried: Tried): Tried {
  const { foreign_row: key, ...rest } = tried;
  return key === undefined ? tried : rest;
}

/** A call that may only read and was stopped where its function writes. Its EXECUTE was granted. */
function asEntered<T extends Reply>(reply: T): T {
  return reply.sqlstate === '25006' && reply.raised_in !== undefined
    ? { ...reply, outcome: 'stopped:25006', stage: 'routine' }
    : reply;
}

/** How many trials are in memory at a time. In a large schema a block has tens of thousands of statements. */
const together = 500;

function inParts(block: readonly Trial[]): [Trial, ...Trial[]][] {
  const starts = Array.from({ length: Math.ceil(block.length / together) }, (_, part) => part * together);
  return starts.map((start) => block.slice(start, start + together) as [Trial, ...Trial[]]);
}

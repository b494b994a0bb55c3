import type { ContextName, ParsedContract } from '../contract/contract.ts';
import { grouped } from '../common/text.ts';
import { sessionKey, tenantsOf } from '../contract/sessions.ts';
import type { ColumnGrants } from './column-grants.ts';
import { meaningOf, type Reply } from './outcome.ts';
import type { TableShape } from './table-shape.ts';
import { isolatedTrials, nothingMade, type Trial } from './trial.ts';
import type { Trier } from './trier.ts';
import type { LoginRefusal, LoginSessions } from './try-statement.ts';

/** What trials are tried with. */
interface Trying {
  contract: ParsedContract;
  shapes: ReadonlyMap<string, TableShape>;
  columns: ColumnGrants;
  trier: Trier;
  logins: ReadonlyMap<string, LoginSessions | LoginRefusal>;
}

/**
 * If a policy refuses even the own tenant the copy of the first seeded row, such as a row that a colleague wrote, then the
 * session's trials on that table copy another row. Otherwise a refusal of another tenant would prove nothing.
 */
export async function withInsertableRows(trying: Trying, trials: readonly Trial[]): Promise<readonly Trial[]> {
  const { shapes, trier, logins } = trying;
  const asOwn = trials.filter(
    ({ command, context, object, session }) =>
      command === 'INSERT' &&
      context === 'own-tenant' &&
      (shapes.get(object)?.copies?.length ?? 0) > 0 &&
      'untouched' in logins.get(session.login)!,
  );
  const instead = new Map<string, Trial>();
  for (const { items } of grouped(asOwn, ({ session }) => sessionKey(session))) {
    const login = logins.get(items[0]!.session.login) as LoginSessions;
    const tried = await trier.tryAll(login, items);
    for (const [index, trial] of items.entries()) {
      if (!isByPolicy(tried[index]!)) {
        continue;
      }
      const { copies = [] } = shapes.get(trial.object)!;
      const inserts = copies.map((copy) => insertsOf(trying, trial, copy, ['own-tenant']).get(keyOf(trial))!);
      const answers = await trier.tryAll(login, inserts);
      const at = answers.findIndex((one) => meaningOf(one).isAllowed && one.rows > 0);
      for (const [key, one] of at === -1 ? [] : insertsOf(trying, trial, copies[at]!, contextsOf(trials, trial))) {
        instead.set(key, one);
      }
    }
  }
  return instead.size === 0 ? trials : trials.map((trial) => instead.get(keyOf(trial)) ?? trial);
}

/** The contexts in which the session of `trial` tries an INSERT on its table. */
function contextsOf(trials: readonly Trial[], { session, object }: Trial): ContextName[] {
  const inserts = trials.filter((one) => one.session === session && one.object === object && one.access === 'INSERT');
  return [...new Set(inserts.flatMap(({ context }) => (context === 'none' ? [] : context)))];
}

/** The INSERTs of the session of `trial` on its table, by their keys, with another row to copy. */
function insertsOf(
  { contract, shapes, columns }: Trying,
  { session, object }: Trial,
  copy: NonNullable<TableShape['copies']>[number],
  contexts: readonly ContextName[],
): Map<string, Trial> {
  const shape = { ...shapes.get(object)!, ...copy };
  const made = nothingMade(columns);
  const all = contexts.flatMap((context) =>
    isolatedTrials(contract, tenantsOf(contract)!, session, object, shape, context, made),
  );
  return new Map(all.filter(({ access }) => access === 'INSERT').map((one) => [keyOf(one), one]));
}

function isByPolicy(reply: Reply): boolean {
  return meaningOf(reply).closedBy === 'policies';
}

function keyOf({ session, object, command, context }: Trial): string {
  return JSON.stringify([sessionKey(session), object, command, context]);
}

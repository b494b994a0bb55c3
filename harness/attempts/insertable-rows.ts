import type { ParsedContract } from '../contract/contract.ts';
import { grouped } from '../common/text.ts';
import { tenantsOf, type ContractSession } from '../contract/sessions.ts';
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
 * The trials, of which those of a session on a table copy another seeded row where a policy refuses the copy of the first to the
 * own tenant itself, as of a row that a colleague wrote: that another tenant is refused it too would show nothing.
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
      const others = isByPolicy(tried[index]!) ? copiesOf(trying, trials, trial) : [];
      const inserts = others.map((one) => one.get(keyOf(trial))!);
      const answers = inserts.length === 0 ? [] : await trier.tryAll(login, inserts);
      const at = answers.findIndex((one) => meaningOf(one).isAllowed && one.rows > 0);
      for (const [key, one] of others[at] ?? []) {
        instead.set(key, one);
      }
    }
  }
  return instead.size === 0 ? trials : trials.map((trial) => instead.get(keyOf(trial)) ?? trial);
}

/** The INSERTs of the session of `trial` on its table, once for each other row that they may copy. */
function copiesOf(
  { contract, shapes, columns }: Trying,
  trials: readonly Trial[],
  { session, object }: Trial,
): Map<string, Trial>[] {
  const contexts = new Set(
    trials.flatMap((one) =>
      one.session === session && one.object === object && one.access === 'INSERT' ? one.context : [],
    ),
  );
  const shape = shapes.get(object)!;
  return shape.copies!.map((copy) => {
    const made = nothingMade(columns);
    const all = [...contexts].flatMap((context) =>
      context === 'none'
        ? []
        : isolatedTrials(contract, tenantsOf(contract)!, session, object, { ...shape, ...copy }, context, made),
    );
    return new Map(all.filter(({ access }) => access === 'INSERT').map((one) => [keyOf(one), one]));
  });
}

function isByPolicy(reply: Reply): boolean {
  return meaningOf(reply).closedBy === 'policies';
}

function sessionKey({ name, login, role }: ContractSession): string {
  return JSON.stringify([name, login, role]);
}

function keyOf({ session, object, command, context }: Trial): string {
  return JSON.stringify([sessionKey(session), object, command, context]);
}

import type { Fact } from '../../catalog/fact.ts';
import { readStandIn } from './stand-in.ts';
import { sql, type SqlText } from '../../common/sql.ts';
import { inOneLine, sameKey, type Differing } from './policy-expression.ts';
import type { ParsedContract } from '../../contract/contract.ts';
import { rolledBack } from '../../postgres/rolled-back.ts';
import type { Session } from '../../postgres/session.ts';
import type { ServerError } from '../../postgres/sql-error.ts';

/**
 * Those of the contract's expressions that are what the policies hold, though they are written otherwise: the server says so by
 * the plan of each. Of those that the session may not plan nothing is said but that, in words.
 */
export async function samePolicies(
  session: Session,
  contract: ParsedContract,
  facts: readonly Fact[],
  opening: string,
): Promise<{ same: ReadonlySet<string>; notSeen: string[] }> {
  const differing = differingIn(contract, facts);
  if (differing.length === 0) {
    return { same: new Set(), notSeen: [] };
  }
  return rolledBack(session, opening, async () => {
    const same = new Set<string>();
    const notSeen = new Set<string>();
    for (const one of differing) {
      const answer = await compared(session, one);
      if (answer !== 'another') {
        same.add(sameKey(one));
      }
      if (typeof answer === 'object') {
        notSeen.add(
          `a policy of ${one.table} is written otherwise than in the contract, and ${session.target.user} may not read what would tell whether it means the same: ${answer.refused}`,
        );
      }
    }
    return { same, notSeen: [...notSeen] };
  });
}

function differingIn({ tables }: ParsedContract, facts: readonly Fact[]): Differing[] {
  return facts.flatMap(({ object: table, policy: name, detail }) => {
    const policy = name === undefined ? undefined : tables[table]?.policies[name];
    return (['using', 'check'] as const).flatMap((key) => {
      const wanted = policy?.[key];
      const seen = detail[key];
      return wanted === undefined || typeof seen !== 'string' || inOneLine(wanted) === inOneLine(seen)
        ? []
        : [{ table, wanted, seen }];
    });
  });
}

/** Whether both expressions are one, or why the session may not tell. */
async function compared(
  session: Session,
  { table, wanted, seen }: Differing,
): Promise<'same' | 'another' | { refused: string }> {
  const plans = async (from: SqlText) =>
    [await planOf(session, from, seen), await planOf(session, from, wanted)] as const;
  let [held, meant] = await plans(table);
  if (isRefusal(held)) {
    // Who may not SELECT from a table may still ask of columns of the same names and types.
    [held, meant] = await plans((await readStandIn(session, table)) ?? table);
  }
  if (isRefusal(held)) {
    // What one asks for and the other does not is a difference.
    return isRefusal(meant) ? { refused: held.message } : 'another';
  }
  return typeof held === 'string' && held === meant ? 'same' : 'another';
}

function isRefusal(answer: string | ServerError | undefined): answer is ServerError {
  return typeof answer === 'object' && answer.sqlstate === '42501';
}

/** The plan that shows an expression's value for each row, which holds the expression as the server prints it, or why there is none. */
async function planOf(session: Session, from: SqlText, expression: SqlText): Promise<string | ServerError | undefined> {
  const answers = await session.send(
    sql`savepoint rolecall_plan;\nexplain (verbose, costs off, format json) select (${expression}\n) from ${from}`,
  );
  await session.send('rollback to savepoint rolecall_plan');
  return answers.error ?? answers.firsts[1] ?? undefined;
}

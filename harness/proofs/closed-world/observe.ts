import type { Fact } from '../../catalog/fact.ts';
import { readStandIn } from './stand-in.ts';
import { sql, type SqlText } from '../../common/sql.ts';
import { inOneLine, sameKey, type Differing } from './policy-expression.ts';
import type { ParsedContract } from '../../contract/contract.ts';
import { rolledBack } from '../../postgres/rolled-back.ts';
import type { Session } from '../../postgres/session.ts';
import type { ServerError } from '../../postgres/sql-error.ts';

/**
 * Policy expressions of the contract that mean the same as those in the database but are written otherwise. The server compares
 * them by their plans. Expressions that the session may not plan are listed with the reason.
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

/** Whether both expressions mean the same, or why the session cannot tell. */
async function compared(
  session: Session,
  { table, wanted, seen }: Differing,
): Promise<'same' | 'another' | { refused: string }> {
  const plans = async (from: SqlText) =>
    [await planOf(session, from, seen), await planOf(session, from, wanted)] as const;
  let [held, meant] = await plans(table);
  if (isRefusal(held)) {
    // A role without SELECT on a table can still plan the expression on columns of the same names and types.
    [held, meant] = await plans((await readStandIn(session, table)) ?? table);
  }
  if (isRefusal(held)) {
    // If only one of them needs that privilege, they differ.
    return isRefusal(meant) ? { refused: held.message } : 'another';
  }
  return typeof held === 'string' && held === meant ? 'same' : 'another';
}

function isRefusal(answer: string | ServerError | undefined): answer is ServerError {
  return typeof answer === 'object' && answer.sqlstate === '42501';
}

/**
 * The plan that computes an expression for each row. It shows the expression as the server prints it; or the reason why there is
 * no plan.
 */
async function planOf(session: Session, from: SqlText, expression: SqlText): Promise<string | ServerError | undefined> {
  const answers = await session.send(
    sql`savepoint rolecall_plan;\nexplain (verbose, costs off, format json) select (${expression}\n) from ${from}`,
  );
  await session.send('rollback to savepoint rolecall_plan');
  return answers.error ?? answers.firsts[1] ?? undefined;
}

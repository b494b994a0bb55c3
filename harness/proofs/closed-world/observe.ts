import type { Fact } from '../../catalog/fact.ts';
import type { SqlName, SqlText } from '../../common/sql.ts';
import { inOneLine, sameKey, type Differing } from './policy-expression.ts';
import type { ParsedContract } from '../../contract/contract.ts';
import { rolledBack } from '../../postgres/rolled-back.ts';
import type { Session } from '../../postgres/session.ts';

/** Those of the contract's expressions that are what the policies hold, though they are written otherwise: the server says so by the plan of each. */
export async function samePolicies(
  superuser: Session,
  contract: ParsedContract,
  facts: readonly Fact[],
  opening: string,
): Promise<ReadonlySet<string>> {
  const differing = differingIn(contract, facts);
  if (differing.length === 0) {
    return new Set();
  }
  return rolledBack(superuser, opening, async () => {
    const same = new Set<string>();
    for (const one of differing) {
      const [wanted, seen] = [
        await planOf(superuser, one.table, one.wanted),
        await planOf(superuser, one.table, one.seen),
      ];
      if (wanted !== undefined && wanted === seen) {
        same.add(sameKey(one));
      }
    }
    return same;
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

/** The plan that shows an expression's value for each row, which holds the expression as the server prints it; undefined where it is none. */
async function planOf(superuser: Session, table: SqlName, expression: SqlText): Promise<string | undefined> {
  const answers = await superuser.send(
    `savepoint rolecall_plan;\nexplain (verbose, costs off, format json) select (${expression}\n) from ${table}`,
  );
  await superuser.send('rollback to savepoint rolecall_plan');
  return answers.error === undefined ? (answers.firsts[1] ?? undefined) : undefined;
}

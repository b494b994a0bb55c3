import type { ContextName, ParsedContract } from '../contract/contract.ts';
import { sessionsOf, tenantsOf, type ContractSession } from '../contract/sessions.ts';
import { listed } from '../common/text.ts';
import { sessionFormOf } from './session-form.ts';
import { contextsOf } from './tenant-context.ts';

/** Contexts that a session comes into by a committed transaction. */
const committed: ReadonlySet<string> = new Set<ContextName>([
  'after-commit',
  'reused-by-other-tenant',
  'after-reset',
  'after-discard-all',
]);

/** Whether entering a context commits statements of the contract. Settings and roles leave nothing in the database. */
export function commitsStatements({ run }: Pick<ContractSession, 'run'>, context: string): boolean {
  return run.length > 0 && committed.has(context);
}

/** In words, the contexts that are not tried for `logins` if nothing may be committed. */
export function contextsLeftOut(contract: ParsedContract, logins: ReadonlyMap<string, unknown>): string[] {
  const tenants = tenantsOf(contract);
  return sessionsOf(contract).flatMap((session) => {
    const contexts =
      tenants === undefined ? [] : contextsOf(contract, session, sessionFormOf(contract, session), tenants);
    const left = contexts.filter((context) => commitsStatements(session, context));
    return left.length === 0 || !logins.has(session.login)
      ? []
      : [
          `the session ${session.name ?? session.login} of ${session.login} was not tried ${listed(left)}: what its statements do would be committed, and the database is not ours`,
        ];
  });
}

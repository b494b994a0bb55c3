import type { ParsedContract } from '../contract/contract.ts';
import { tenantSessionsOf } from '../contract/sessions.ts';
import type { SqlText } from '../common/sql.ts';
import { serverError } from '../postgres/sql-error.ts';
import { askAll, type Asking } from './ask-all.ts';
import { become, sessionFormOf } from './session-form.ts';
import type { ContextRecord } from './session-parts.ts';

/**
 * Answers to scalar queries that the control asks in a session that says it is somebody: what a view shows may depend on that,
 * whoever asks. Undefined where the server refuses it, or the contract knows no session of tenants.
 */
export async function askAsTenant<T>(
  { session, inTransaction }: Asking,
  contract: ParsedContract,
  record: ContextRecord,
  queries: readonly SqlText[],
): Promise<(T | null | undefined)[]> {
  const [first] = tenantSessionsOf(contract);
  if (first === undefined || queries.length === 0) {
    return queries.map(() => undefined);
  }
  const [begin, end] = inTransaction
    ? ['savepoint rolecall_tenant', 'rollback to savepoint rolecall_tenant']
    : ['begin', 'rollback'];
  await session.script(begin);
  try {
    const who = Object.fromEntries(Object.entries(record).map(([name, value]) => [name, value ?? '']));
    for (const statement of become(sessionFormOf(contract, first), who)) {
      await session.script(statement);
    }
    return await askAll<T>({ session, inTransaction: true }, queries);
  } catch (error) {
    if (serverError(error) === undefined) {
      throw error;
    }
    return queries.map(() => undefined);
  } finally {
    await session.script(end);
  }
}

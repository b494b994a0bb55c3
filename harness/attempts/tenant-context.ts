import type { ContextName, Tenancy } from '../contract/contract.ts';
import { quoteLiteral } from '../postgres/quote.ts';
import type { Session } from '../postgres/session.ts';
import { serverError } from '../postgres/sql-error.ts';

/** Goes on from `opening`, which begins a transaction, to one that no probe can hang in. */
export function openingOf(opening = 'begin'): string {
  return `${opening}; set local statement_timeout = '30s'; set local lock_timeout = '2s'`;
}

/** Whether a session must never have held a tenant: once the setting was there, it reads '' and never NULL again. */
export function needsUntouchedSession(context: ContextName | 'none'): boolean {
  return context === 'never-set' || context === 'none';
}

/**
 * Brings a session into `context` and into the transaction that `opening` begins, where the probe's statement then runs.
 * `before` is what a tenant that had the session first does in it.
 */
export async function enterContext(
  session: Session,
  context: ContextName | 'none',
  tenancy: Tenancy | undefined,
  opening?: string,
  before = 'select 1',
): Promise<void> {
  const begin = openingOf(opening);
  if (context === 'never-set' || context === 'none') {
    await session.script(begin);
    return;
  }
  const { setting, own, other, unknown, invalid } = tenancy!;
  const set = (value: string, local: boolean) =>
    `select pg_catalog.set_config(${quoteLiteral(setting)}, ${quoteLiteral(value)}, ${local})`;
  const values = {
    empty: '',
    blank: '   ',
    'own-tenant': own,
    'other-tenant': other,
    'unknown-tenant': unknown,
    'not-of-type': invalid,
  };
  switch (context) {
    case 'after-commit':
      await session.script(`begin; ${set(own, true)}; commit; ${begin}`);
      return;
    case 'reused-by-other-tenant':
      await session.script(`begin; ${set(own, true)}; ${before}`).catch(onlyServerError);
      await session.script(`commit; ${begin}; ${set(other, true)}`);
      return;
    case 'after-reset':
      await session.script(`${set(own, false)}; reset ${setting}; ${begin}`);
      return;
    case 'after-discard-all':
      await session.script(set(own, false));
      await session.script('discard all');
      await session.script(begin);
      return;
    case 'after-error':
      await session.script(`begin; ${set(own, true)}; select 1 / 0`).catch(onlyServerError);
      await session.script(`rollback; ${begin}`);
      return;
    default:
      await session.script(`${begin}; ${set(values[context], true)}`);
  }
}

function onlyServerError(error: unknown): void {
  if (serverError(error) === undefined) {
    throw error;
  }
}

import type { Tenancy } from '../contract/contract.ts';
import { quoteIdentifier, quoteLiteral } from '../postgres/quote.ts';

/** How a login becomes somebody: the role it assumes, and the settings it makes, each filled from a tenant. */
export interface SessionForm {
  /** Null where the login stays itself. */
  role: string | null;
  settings: readonly { name: string; of: (tenant: string) => string }[];
}

/** The session of a contract that knows one setting, which holds the tenant. */
export function sessionFormOf({ setting }: Tenancy): SessionForm {
  return { role: null, settings: [{ name: setting, of: (tenant) => tenant }] };
}

/** The statement by which a session becomes `tenant`, for the transaction or, with `local` false, until it is reset. */
export function become({ settings }: SessionForm, tenant: string, local = true): string {
  const calls = settings.map(
    ({ name, of }) => `pg_catalog.set_config(${quoteLiteral(name)}, ${quoteLiteral(of(tenant))}, ${String(local)})`,
  );
  return `select ${calls.join(', ')}`;
}

/** The statements by which a session takes its role, in a transaction. */
export function assume({ role }: SessionForm): string[] {
  return role === null ? [] : [`set local role ${quoteIdentifier(role)}`];
}

/** The statements that RESET the settings: each part of a name is quoted, as it may be a reserved word. */
export function reset({ settings }: SessionForm): string {
  return settings.map(({ name }) => `reset ${name.split('.').map(quoteIdentifier).join('.')}`).join('; ');
}

/** A query with one row where a setting was ever made in this session, and none where it never was. */
export function everSet({ settings }: SessionForm): string {
  const made = settings.map(({ name }) => `pg_catalog.current_setting(${quoteLiteral(name)}, true) is not null`);
  return `select where ${made.join(' or ')}`;
}

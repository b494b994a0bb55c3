import { joined, sql, type RawName, type SqlText } from '../common/sql.ts';
import type { ParsedContract } from '../contract/contract.ts';
import { fillText } from '../contract/placeholders.ts';
import { settingsOf, type ContractSession, type TenantRecord } from '../contract/sessions.ts';
import { quoteIdentifier, quoteLiteral } from '../postgres/quote.ts';

/**
 * How a login becomes a tenant: the role that it assumes, the settings that it makes and the statements that it runs, filled in
 * from the tenant.
 */
export interface SessionForm {
  /** Null if the login assumes no role. */
  role: string | null;
  settings: readonly SettingForm[];
  run: readonly SqlText[];
  /** Settings that show whether a session ever had a tenant. */
  watched: readonly RawName[];
}

export interface SettingForm {
  name: RawName;
  /** The value with `{name}` for a value of the tenant. */
  text: string;
}

/** The form of a session in the contract. */
export function sessionFormOf(contract: ParsedContract, { role, set, run }: ContractSession): SessionForm {
  return {
    role,
    settings: Object.entries(set).map(([name, text]) => ({ name, text })),
    run,
    watched: settingsOf(contract),
  };
}

/** The statements by which a session becomes `tenant`, for the transaction or, with `local` false, until it is reset. */
export function become({ settings, run }: SessionForm, tenant: TenantRecord, local = true): SqlText[] {
  return [
    ...setAll(
      settings.map(({ name, text }) => ({ name, value: filled(text, tenant) })),
      local,
    ),
    // In a statement a value stands between quotes.
    ...run.map((text) => fillText(text, (name) => (tenant[name] ?? '').replaceAll(`'`, `''`))),
  ];
}

/** The statement that makes settings; empty if there are none. */
export function setAll(settings: readonly { name: RawName; value: string }[], local = true): SqlText[] {
  const calls = settings.map(
    ({ name, value }) =>
      sql`pg_catalog.set_config(${quoteLiteral(name)}, ${quoteLiteral(value)}, ${local ? 'true' : 'false'})`,
  );
  return calls.length === 0 ? [] : [sql`select ${joined(calls)}`];
}

/** A text with the values of a tenant. In a JSON document they are escaped, so that no value can end its string. */
export function filled(text: string, tenant: TenantRecord): string {
  const isJson = documentOf(text) !== undefined;
  return fillText(text, (name) => {
    const value = tenant[name] ?? '';
    return isJson ? JSON.stringify(value).slice(1, -1) : value;
  });
}

/** The JSON document in a text, with `0` for each value; undefined if the text is not one. */
export function documentOf(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(fillText(text, () => '0'));
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

/** The statements by which a session takes its role, in a transaction. */
export function assume({ role }: SessionForm): SqlText[] {
  return role === null ? [] : [sql`set local role ${quoteIdentifier(role)}`];
}

/** The statements that RESET the settings: each part of a name is quoted, as it may be a reserved word. */
export function reset({ settings }: SessionForm): SqlText {
  return joined(
    settings.map(({ name }) => sql`reset ${joined(name.split('.').map(quoteIdentifier), '.')}`),
    '; ',
  );
}

/** A query that returns one row if a setting was ever made in this session, and none otherwise. */
export function everSet({ watched }: Pick<SessionForm, 'watched'>): SqlText {
  const made = watched.map((name) => sql`pg_catalog.current_setting(${quoteLiteral(name)}, true) is not null`);
  return sql`select where ${made.length === 0 ? 'false' : joined(made, ' or ')}`;
}

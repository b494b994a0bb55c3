import type { ContextName, ParsedContract, TableContract } from './contract.ts';
import { identitiesOf } from './declared.ts';
import { fillText, namesInText } from './placeholders.ts';
import { customName } from './vocabulary.ts';

/** A tenant: values by name. In the short form it has one, `tenant`. */
export type TenantRecord = Readonly<Record<string, string>>;

/** The tenants of a contract, by kind. */
export interface Tenants {
  own: TenantRecord;
  other: TenantRecord;
  unknown: TenantRecord;
  /** Undefined where every value is of the right type. */
  invalid: TenantRecord | undefined;
}

/** How a login becomes somebody. */
export interface ContractSession {
  /** Its name; null in the short form, and for a login that says nothing of itself. */
  name: string | null;
  /** Whose privileges are used: the role that is assumed, else the login. */
  identity: string;
  login: string;
  role: string | null;
  set: Readonly<Record<string, string>>;
  run: readonly string[];
  /** `nothing`: a login that has not become anybody yet. */
  sees: 'whose' | 'all' | 'open' | 'nothing';
  /** The only tenant that it can be, where its login or role is the tenant's. */
  tenant?: TenantKind;
}

/** By what a session is told from all others of its contract. */
export function sessionKey({ name, login, role }: Pick<ContractSession, 'name' | 'login' | 'role'>): string {
  return JSON.stringify([name, login, role]);
}

/** Tenants that a role may be of. */
export const tenantKinds = ['own', 'other', 'unknown'] as const;
export type TenantKind = (typeof tenantKinds)[number];

/** The context of a session that is a tenant. */
export const contextOfTenant = { own: 'own-tenant', other: 'other-tenant', unknown: 'unknown-tenant' } as const;

/** The value by which the short form knows a tenant. */
export const soleValue = 'tenant';

/** The tenants of the contract as records; undefined where it has none. */
export function tenantsOf({ tenancy }: Pick<ParsedContract, 'tenancy'>): Tenants | undefined {
  if (tenancy === undefined) {
    return undefined;
  }
  const { own, other, unknown, invalid } = tenancy;
  return {
    own: recordFrom(own),
    other: recordFrom(other),
    unknown: recordFrom(unknown),
    invalid: invalid === undefined ? undefined : recordFrom(invalid),
  };
}

function recordFrom(tenant: string | TenantRecord): TenantRecord {
  return typeof tenant === 'string' ? { [soleValue]: tenant } : tenant;
}

/** Names of the sessions that are filled from a tenant. */
export function tenantSessionNames({ tenancy }: Pick<ParsedContract, 'tenancy'>): readonly string[] {
  const named = tenancy?.session ?? [];
  return typeof named === 'string' ? [named] : named;
}

/** Whether the contract says in sessions how logins become somebody: else each login is itself, and makes the one setting. */
export function hasSessions({ sessions }: Pick<ParsedContract, 'sessions'>): boolean {
  return Object.keys(sessions).length > 0;
}

/** Whose privileges sessions use: the roles that they assume, and logins as they are. */
export function actingIdentities(contract: ParsedContract): Set<string> {
  return new Set(sessionsOf(contract).map(({ identity }) => identity));
}

/**
 * Everybody that a login can be, in the order of the contract: by the short form each login, else each session, and before
 * them each login that has to become somebody first.
 */
export function sessionsOf(contract: ParsedContract): ContractSession[] {
  const { tenancy, sessions } = contract;
  const logins = identitiesOf(contract, 'login');
  if (!hasSessions(contract)) {
    const set = tenancy?.setting === undefined ? {} : { [tenancy.setting]: `{${soleValue}}` };
    return logins.map((login) => ({ ...itself(login), set, sees: 'whose' }));
  }
  const named = Object.entries(sessions).flatMap(([name, { login, role = null, set, run, sees }]) =>
    boundSessions(contract, { name, identity: role ?? login, login, role, set, run, sees }),
  );
  const asItself = new Set(named.filter(({ role }) => role === null).map(({ login }) => login));
  return [...logins.filter((login) => !asItself.has(login)).map(itself), ...named];
}

/** One session for each tenant, where each has a login or a role of its own; a tenant that has none is left out. */
function boundSessions(contract: ParsedContract, session: ContractSession): ContractSession[] {
  const tenants = tenantsOf(contract);
  if (tenants === undefined || !isBound(session)) {
    return [session];
  }
  return tenantKinds
    .map((tenant) => {
      const fill = (text: string) => fillText(text, (name) => tenants[tenant][name] ?? '');
      const login = fill(session.login);
      const role = session.role === null ? null : fill(session.role);
      return { ...session, login, role, identity: role ?? login, tenant };
    })
    .filter(({ login, identity }) => [login, identity].every((name) => Object.hasOwn(contract.identities, name)));
}

/** Whether the login or the role of a session depends on the tenant. */
export function isBound({ login, role }: { login: string; role?: string | null | undefined }): boolean {
  return [login, role ?? ''].some((text) => namesInText(text).length > 0);
}

/** Whether a login or role alone says who a session is: search_path tells names, and not who asks. */
export function isByRole(session: Pick<ContractSession, 'set' | 'run'>): boolean {
  return session.run.length === 0 && Object.keys(session.set).every((name) => name === 'search_path');
}

function itself(login: string): ContractSession {
  return { name: null, identity: login, login, role: null, set: {}, run: [], sees: 'nothing' };
}

/** The sessions that are filled from a tenant: how each login that can be the own one becomes it. */
export function tenantSessionsOf(contract: ParsedContract): ContractSession[] {
  return contract.tenancy === undefined
    ? []
    : sessionsOf(contract).filter(({ sees, tenant = 'own' }) => sees === 'whose' && tenant === 'own');
}

/** The role by which a tenant asks: its own where it has one. A tenant that no role is of has none. */
export function identityOf(contract: ParsedContract, kind: TenantKind): string | undefined {
  const whose = sessionsOf(contract).filter(({ sees }) => sees === 'whose');
  const bound = whose.find(({ tenant }) => tenant === kind);
  if (bound !== undefined || whose.some(({ tenant }) => tenant !== undefined)) {
    return bound?.identity;
  }
  const [first] = whose;
  const another = whose.find(({ identity }) => identity !== first?.identity);
  return kind === 'own' ? first?.identity : kind === 'other' ? (another ?? first)?.identity : undefined;
}

/** Every custom setting that a session makes: one that has never held any is untouched. */
export function settingsOf(contract: ParsedContract): string[] {
  const made = sessionsOf(contract).flatMap(({ set }) => Object.keys(set));
  return [...new Set(made)].filter((name) => customName.test(name));
}

/** The contract's tenancy by one column, with the values that it has in the tenants; undefined where there is no such column. */
export interface ColumnTenancy {
  column: string;
  own: string;
  other: string;
  unknown: string;
}

export function columnTenancyOf(contract: Pick<ParsedContract, 'tenancy'>): ColumnTenancy | undefined {
  const tenants = tenantsOf(contract);
  const column = contract.tenancy?.column;
  if (tenants === undefined || column === undefined) {
    return undefined;
  }
  const { own, other, unknown } = tenants;
  const name = valueNameOf(column, own);
  return { column, own: own[name]!, other: other[name]!, unknown: unknown[name]! };
}

/** The value that a column holds: the one of its name, with or without `_id`, else the first. */
export function valueNameOf(column: string, record: TenantRecord): string {
  const names = [column, column.replace(/_id$/, '')];
  return names.find((name) => Object.hasOwn(record, name)) ?? Object.keys(record)[0]!;
}

/** The setting of the short form; undefined where sessions say it. */
export function shortSettingOf({ tenancy }: Pick<ParsedContract, 'tenancy'>): string | undefined {
  return tenancy?.setting;
}

/** What a read without a tenant must come to, as the table or the contract says. */
export function onMissingOf(
  { tenancy }: Pick<ParsedContract, 'tenancy'>,
  table: TableContract | undefined,
): 'empty' | 'error' | 'open' | 'own' | undefined {
  return table?.on_missing ?? table?.on_missing_context ?? tenancy?.on_missing ?? tenancy?.on_missing_context;
}

/** Contexts without a tenant. */
export const missingContexts: ReadonlySet<string> = new Set<ContextName>([
  'never-set',
  'empty',
  'after-commit',
  'after-reset',
  'after-discard-all',
  'after-error',
]);

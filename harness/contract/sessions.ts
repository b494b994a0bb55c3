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
  /** Undefined if every value is valid for its type. */
  invalid: TenantRecord | undefined;
}

/** How a login becomes a tenant. */
export interface ContractSession {
  /** Its name; null in the short form, and for a login that is used as it is. */
  name: string | null;
  /** Whose privileges are used: the assumed role, otherwise the login. */
  identity: string;
  login: string;
  role: string | null;
  set: Readonly<Record<string, string>>;
  run: readonly string[];
  /** `nothing`: a login that is not yet a tenant. */
  sees: 'whose' | 'all' | 'open' | 'nothing';
  /** The only tenant that it can be, if its login or role is the tenant's. */
  tenant?: TenantKind;
}

/** The key that distinguishes a session from all others of its contract. */
export function sessionKey({ name, login, role }: Pick<ContractSession, 'name' | 'login' | 'role'>): string {
  return JSON.stringify([name, login, role]);
}

/** Tenants that a role may belong to. */
export const tenantKinds = ['own', 'other', 'unknown'] as const;
export type TenantKind = (typeof tenantKinds)[number];

/** The context of a session with a tenant. */
export const contextOfTenant = { own: 'own-tenant', other: 'other-tenant', unknown: 'unknown-tenant' } as const;

/** The name of the tenant's value in the short form. */
export const soleValue = 'tenant';

/** The tenants of the contract as records; undefined if it has none. */
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

/** Names of the sessions that take values of a tenant. */
export function tenantSessionNames({ tenancy }: Pick<ParsedContract, 'tenancy'>): readonly string[] {
  const named = tenancy?.session ?? [];
  return typeof named === 'string' ? [named] : named;
}

/**
 * Whether the contract has `sessions` that say how logins become tenants. Otherwise each login is used as it is and makes the one
 * setting.
 */
export function hasSessions({ sessions }: Pick<ParsedContract, 'sessions'>): boolean {
  return Object.keys(sessions).length > 0;
}

/** Whose privileges sessions use: the assumed roles, and logins as they are. */
export function actingIdentities(contract: ParsedContract): Set<string> {
  return new Set(sessionsOf(contract).map(({ identity }) => identity));
}

/**
 * All sessions, in the order of the contract: in the short form one for each login, otherwise the declared ones, preceded by each
 * login that must first become somebody.
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

/** One session for each tenant that has a login or a role of its own. A tenant without one is left out. */
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

/** Whether the login or role alone decides which tenant a session is. search_path only decides what names mean. */
export function isByRole(session: Pick<ContractSession, 'set' | 'run'>): boolean {
  return session.run.length === 0 && Object.keys(session.set).every((name) => name === 'search_path');
}

function itself(login: string): ContractSession {
  return { name: null, identity: login, login, role: null, set: {}, run: [], sees: 'nothing' };
}

/** The sessions that take values of a tenant: how each login that can be the own tenant becomes it. */
export function tenantSessionsOf(contract: ParsedContract): ContractSession[] {
  return contract.tenancy === undefined
    ? []
    : sessionsOf(contract).filter(({ sees, tenant = 'own' }) => sees === 'whose' && tenant === 'own');
}

/** The role that a tenant uses: its own if it has one. Undefined for a tenant that no role belongs to. */
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

/** Every custom setting that sessions make. A session that never made one is untouched. */
export function settingsOf(contract: ParsedContract): string[] {
  const made = sessionsOf(contract).flatMap(({ set }) => Object.keys(set));
  return [...new Set(made)].filter((name) => customName.test(name));
}

/** The contract's tenancy by one column, with its values for the tenants; undefined if there is no such column. */
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

/** The value that a column holds: the one with its name, with or without `_id`, otherwise the first. */
export function valueNameOf(column: string, record: TenantRecord): string {
  const names = [column, column.replace(/_id$/, '')];
  return names.find((name) => Object.hasOwn(record, name)) ?? Object.keys(record)[0]!;
}

/** The setting of the short form; undefined if the contract has sessions. */
export function shortSettingOf({ tenancy }: Pick<ParsedContract, 'tenancy'>): string | undefined {
  return tenancy?.setting;
}

/** How a read without a tenant must end, as the table or the contract says. */
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

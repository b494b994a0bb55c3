import { didYouMean } from '../common/nearest.ts';
import type { ParsedContract } from './contract.ts';
import { settableRoles } from './declared.ts';
import { fillText, namesInSql, namesInText } from './placeholders.ts';
import { hasSessions, isBound, soleValue, tenantKinds, tenantSessionNames, tenantsOf } from './sessions.ts';
import type { Fault } from './source.ts';
import { customName, notCustom } from './vocabulary.ts';

/** Faults of sessions, of the tenants for them, and of the owners of rows. */
export function sessionFaults(contract: ParsedContract): Fault[] {
  return [
    ...formFaults(contract),
    ...tenantFaults(contract),
    ...Object.keys(contract.sessions).flatMap((name) => oneSessionFaults(contract, name)),
    ...Object.keys(contract.tables).flatMap((table) => rowsFaults(contract, table)),
  ];
}

/** The short form is one setting and one column. Otherwise sessions are needed. */
function formFaults({ tenancy, sessions }: ParsedContract): Fault[] {
  if (tenancy === undefined) {
    return [];
  }
  const { setting, session, on_missing, on_missing_context } = tenancy;
  const at = (key: string, message: string): Fault => ({ path: ['tenancy', key], message });
  const faults: Fault[] = [];
  if (setting === undefined && session === undefined) {
    faults.push(at('setting', 'is missing: name the setting that holds the tenant, or a session'));
  }
  if (setting !== undefined && (session !== undefined || hasSessions({ sessions }))) {
    faults.push(at('setting', 'sessions say which settings are made: leave it out'));
  }
  for (const name of tenantSessionNames({ tenancy })) {
    if (!Object.hasOwn(sessions, name)) {
      faults.push(at('session', `${name} is not among sessions${didYouMean(name, Object.keys(sessions))}`));
    } else if (sessions[name]!.sees !== 'whose') {
      faults.push(at('session', `${name} sees ${sessions[name]!.sees}, whatever the tenant: leave it out here`));
    }
  }
  if (on_missing !== undefined && on_missing_context !== undefined) {
    faults.push(at('on_missing_context', 'on_missing says it already'));
  }
  return faults;
}

function tenantFaults(contract: ParsedContract): Fault[] {
  const tenants = tenantsOf(contract);
  if (tenants === undefined) {
    return [];
  }
  const names = Object.keys(tenants.own);
  const faults: Fault[] = names.length === 0 ? [{ path: ['tenancy', 'own'], message: 'holds no value' }] : [];
  for (const kind of ['other', 'unknown', 'invalid'] as const) {
    const given = Object.keys(tenants[kind] ?? tenants.own);
    const [lacking] = names.filter((name) => !given.includes(name));
    const [more] = given.filter((name) => !names.includes(name));
    if (lacking !== undefined) {
      faults.push({ path: ['tenancy', kind], message: `${lacking} is missing, which own has` });
    }
    if (more !== undefined) {
      faults.push({ path: ['tenancy', kind], message: `${more} is not among the values of own` });
    }
  }
  const texts = Object.values(tenants).flatMap((tenant) => (tenant === undefined ? [] : [textOf(tenant)]));
  return new Set(texts).size === texts.length
    ? faults
    : [...faults, { path: ['tenancy'], message: 'own, other, unknown and invalid must be different values' }];
}

function textOf(tenant: Readonly<Record<string, string>>): string {
  return JSON.stringify(Object.entries(tenant).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function oneSessionFaults(contract: ParsedContract, name: string): Fault[] {
  const { login, role, set, run, sees } = contract.sessions[name]!;
  const faults: Fault[] = [];
  const at = (message: string, ...path: (string | number)[]) =>
    faults.push({ path: ['sessions', name, ...path], message });
  const identities = Object.keys(contract.identities);
  if (Object.hasOwn(contract.identities, name)) {
    at(`${name} is an identity too: a finding could not say which of them it is about. Rename the session`);
  }
  for (const one of rolesOf(contract, { login, role })) {
    if (contract.identities[one.login]?.kind !== 'login') {
      at(`${one.login} is not an identity of kind login${didYouMean(one.login, identities)}`, 'login');
    }
    if (one.role !== undefined && !Object.hasOwn(contract.identities, one.role)) {
      at(`${one.role} is not an identity${didYouMean(one.role, identities)}`, 'role');
    } else if (one.role !== undefined && !settableRoles(contract, one.login).has(one.role)) {
      at(`${one.login} is not declared to be a member of ${one.role} WITH SET: it could not assume it`, 'role');
    }
  }
  for (const setting of Object.keys(set).filter((one) => one !== 'search_path' && !customName.test(one))) {
    at(`${notCustom}, or search_path`, 'set', setting);
  }
  const texts = [
    { text: login, path: ['login'] },
    { text: role ?? '', path: ['role'] },
    ...Object.entries(set).map(([setting, text]) => ({ text, path: ['set', setting] })),
    ...run.map((text, index) => ({ text, path: ['run', index] })),
  ];
  for (const { text, path } of texts) {
    for (const fault of unknownNames(contract, namesInText(text), `{}`)) {
      at(fault, ...path);
    }
  }
  if (contract.tenancy !== undefined && sees === 'whose' && !tenantSessionNames(contract).includes(name)) {
    at('is not among the sessions of tenancy: name it there, or say sees: all or open');
  }
  return faults;
}

/**
 * The login and role of a session, or those of each tenant if they depend on the tenant. A tenant that does not exist may have
 * none.
 */
function rolesOf(contract: ParsedContract, session: { login: string; role: string | undefined }): (typeof session)[] {
  const tenants = tenantsOf(contract);
  if (tenants === undefined || !isBound(session)) {
    return [session];
  }
  return tenantKinds
    .map((kind) => {
      const fill = (text: string) => fillText(text, (name) => tenants[kind][name] ?? `{${name}}`);
      return { kind, login: fill(session.login), role: session.role === undefined ? undefined : fill(session.role) };
    })
    .filter(
      ({ kind, login, role = login }) =>
        kind !== 'unknown' || [login, role].every((name) => Object.hasOwn(contract.identities, name)),
    );
}

function unknownNames(contract: ParsedContract, names: readonly string[], mark: ':' | '{}'): string[] {
  const known = Object.keys(tenantsOf(contract)?.own ?? {});
  return names
    .filter((name) => !known.includes(name) && !(mark === ':' && name === 'identity'))
    .map(
      (name) => `${mark === ':' ? `:${name}` : `{${name}}`} is not a value of the tenants${didYouMean(name, known)}`,
    );
}

function rowsFaults(contract: ParsedContract, table: string): Fault[] {
  const { rows, open, on_missing, on_missing_context } = contract.tables[table]!;
  const faults: Fault[] = [];
  const at = (key: string, message: string) => faults.push({ path: ['tables', table, key], message });
  if (rows !== undefined && rows !== 'all' && rows !== 'none' && contract.tenancy === undefined) {
    at('rows', 'there is no tenancy: nobody is filled from a tenant');
    return faults;
  }
  if (open !== undefined && (rows === 'all' || contract.tenancy === undefined)) {
    at('open', rows === 'all' ? 'with rows: all every row is open' : 'there is no tenancy');
  }
  const names = Object.keys(tenantsOf(contract)?.own ?? { [soleValue]: '' });
  if (typeof rows === 'object' && 'is' in rows && rows.is !== undefined && !names.includes(rows.is)) {
    at('rows', `${rows.is} is not a value of the tenants${didYouMean(rows.is, names)}`);
  }
  for (const one of typeof rows === 'object' && 'of' in rows ? (rows.by ?? []) : []) {
    if (!names.includes(one)) {
      at('rows', `${one} is not a value of the tenants${didYouMean(one, names)}`);
    }
  }
  if (typeof rows === 'string' && rows !== 'all' && rows !== 'none') {
    unknownNames(contract, namesInSql(rows), ':').forEach((fault) => at('rows', fault));
  }
  if (open !== undefined) {
    unknownNames(contract, namesInSql(open), ':').forEach((fault) => at('open', fault));
  }
  if (on_missing !== undefined && on_missing_context !== undefined) {
    at('on_missing_context', 'on_missing says it already');
  }
  return faults;
}

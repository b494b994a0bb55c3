import { readFileSync } from 'node:fs';

import { joined, sql, type RawName, type RoleName, type SqlText } from '../common/sql.ts';
import type { ParsedContract } from '../contract/contract.ts';
import { identitiesOf, settableRoles } from '../contract/declared.ts';
import { fillText, namesInText } from '../contract/placeholders.ts';
import { sessionsOf, settingsOf, tenantsOf, type TenantRecord } from '../contract/sessions.ts';
import { quoteIdentifier, quoteLiteral } from '../postgres/quote.ts';
import { sqlParser } from '../postgres/parsed-sql.ts';
import type { Session } from '../postgres/session.ts';
import { takingRole } from './attempt.ts';
import { readsOf, type Reads } from './session-reads.ts';

const disguisesSql = readFileSync(new URL('sql/disguises.sql', import.meta.url), 'utf8');

/** What a hostile session claims besides a tenant: it makes a setting that it should not, or takes another role. */
export interface Disguise {
  /** In words, for example `app.is_admin = true` or `SET ROLE auditors`. */
  value: string;
  /** Statements in the transaction. */
  enter: readonly SqlText[];
  /** Whether the grants may differ from the login's own. */
  hasOtherGrants: boolean;
}

/** The disguises of each login, by its name. */
export type Disguises = ReadonlyMap<string, readonly Disguise[]>;

/** Values that mean "on". Most policies compare a switch with one of these. */
const on = ['true', 'on', '1', 'yes', 'admin'];

/**
 * Reads as superuser what each login of the contract can claim: every custom setting that policies and functions read, except the
 * tenant's, and every role that it may take.
 */
export async function readDisguises(superuser: Session, contract: ParsedContract): Promise<Disguises> {
  const logins = identitiesOf(contract, 'login');
  const others = rolesOfOthers(contract);
  const rows = await superuser.query<{ kind: 'text' | 'role' | 'other'; login: string; name: string }>(disguisesSql, [
    logins,
    [...new Set([...others.values()].flatMap((roles) => [...roles]))],
  ]);
  const made = new Set(settingsOf(contract).map((name) => name.toLowerCase()));
  const parser = await sqlParser();
  const read = rows
    .filter(({ kind }) => kind === 'text')
    .map(({ login: language, name: text }) => readsOf(parser, text, language));
  const named = (of: (one: Reads) => readonly RawName[]) => [...new Set(read.flatMap(of))].toSorted();
  const settings = named((one) => one.settings).filter((name) => !made.has(name.toLowerCase()));
  const keys = named((one) => one.keys);
  const said = saidBesides(tenantsOf(contract)?.other ?? {}, keys);
  const valuesFor = (login: string) => [
    ...on,
    ...said.filter(({ of }) => !isSaidByRunning(contract, login, of)).map(({ value }) => value),
  ];
  // If a session of the contract assumes the role, it is tried as that session.
  const isAssumed = assumedIn(contract);
  return new Map(
    logins.map((login) => [
      login,
      [
        ...(settings.length === 0 ? [] : valuesFor(login).map((value) => switched(settings, value))),
        ...rows
          .filter(({ kind, login: by, name }) => kind !== 'text' && by === login && !isAssumed(login, name))
          .filter(({ kind, name }) => kind === 'role' || others.get(login)?.has(name) === true)
          .map(({ name }) => asRole(name)),
      ],
    ]),
  );
}

/** By login, the roles of other tenants. They are tried too, to show that they are refused. */
function rolesOfOthers(contract: ParsedContract): Map<string, Set<string>> {
  const bound = sessionsOf(contract).filter(({ tenant }) => tenant !== undefined);
  const of = (login: string) => {
    const its = bound.filter((one) => one.login === login).map(({ tenant }) => tenant);
    return bound.filter(({ tenant }) => !its.includes(tenant)).flatMap((one) => [one.login, one.identity]);
  };
  return new Map(bound.map(({ login }) => [login, new Set(of(login))]));
}

/**
 * Whether a login assumes a role in some session of the contract. If it assumes the role of each tenant, that includes roles of
 * tenants that are not tried.
 */
function assumedIn(contract: ParsedContract): (login: string, role: RoleName) => boolean {
  const assumed = new Set(sessionsOf(contract).map(({ login, role }) => `${login}\t${role ?? ''}`));
  const forms = Object.values(contract.sessions).flatMap(({ login, role = '' }) =>
    namesInText(login).length === 0 && namesInText(role).length > 0 ? [{ login, role: patternOf(role) }] : [],
  );
  return (login, role) =>
    assumed.has(`${login}\t${role}`) ||
    (settableRoles(contract, login).has(role) && forms.some((form) => form.login === login && form.role.test(role)));
}

/** Matches a text with any values of a tenant filled in. */
function patternOf(text: string): RegExp {
  const parts = fillText(text, () => '\0').split('\0');
  return new RegExp(`^${parts.map((part) => part.replaceAll(/[^\w]/g, String.raw`\$&`)).join('.+')}$`);
}

/**
 * Values by which a session may claim another tenant through a setting of its own: the tenant's values, plain and under every key
 * that is read from a JSON document.
 */
function saidBesides(other: TenantRecord, keys: readonly string[]): { of: string; value: string }[] {
  const values = Object.entries(other).map(([of, value]) => ({ of, value }));
  const documents = values.map(({ of, value }) => ({
    of,
    value: JSON.stringify(Object.fromEntries(keys.map((key) => [key, value]))),
  }));
  const all = [...values, ...(keys.length === 0 ? [] : documents)];
  return all.filter(({ value }, index) => all.findIndex((one) => one.value === value) === index);
}

/** Whether a login becomes that tenant by a statement that takes only this value. To set it then gives nothing more. */
function isSaidByRunning(contract: ParsedContract, login: string, name: string): boolean {
  return sessionsOf(contract).some(
    ({ login: by, run }) => by === login && run.length > 0 && run.flatMap(namesInText).every((asked) => asked === name),
  );
}

function switched(settings: readonly RawName[], value: string): Disguise {
  const calls = settings.map((name) => sql`pg_catalog.set_config(${quoteLiteral(name)}, ${quoteLiteral(value)}, true)`);
  return {
    value: settings.map((name) => `${name} = ${value}`).join(', '),
    enter: [sql`select ${joined(calls)}`],
    hasOtherGrants: false,
  };
}

function asRole(role: RawName): Disguise {
  return { value: takingRole(role), enter: [sql`set local role ${quoteIdentifier(role)}`], hasOtherGrants: true };
}

import { didYouMean } from '../common/nearest.ts';
import { bareRecord, emptyRecord } from '../common/records.ts';
import type { ParsedContract, TableContract } from './contract.ts';
import { declaredPrivileges, inheritedPrivileges, privilegeIn, sections } from './declared.ts';
import { fillText, namesInText } from './placeholders.ts';
import { hasSessions, tenantsOf, type TenantKind, type TenantRecord, type Tenants } from './sessions.ts';
import type { Fault } from './source.ts';

/** A contract in which every key stands for one object. */
export interface WrittenOut {
  contract: ParsedContract;
  faults: Fault[];
  /** For each object, the key that the file has for it. */
  writtenAs: { section: string; key: string; as: string }[];
}

/** Tenants that may have objects of their own. */
const kinds = ['own', 'other'] as const satisfies readonly TenantKind[];
type Kind = (typeof kinds)[number];

/** What an entry of any section may contain. */
type Entry = Pick<TableContract, 'owner' | 'grants'> & Partial<TableContract> & { call?: string | undefined };

/**
 * The contract with each key that contains a value of the tenant, such as `{schema}.notes`, written out for the own tenant and
 * the other. All rows of such a table belong to that tenant, unless the entry says who owns them. What the role of one tenant
 * needs is denied to the role of the other.
 */
export function writtenOut(contract: ParsedContract): WrittenOut {
  const tenants = tenantsOf(contract);
  const faults: Fault[] = [];
  const writtenAs: WrittenOut['writtenAs'] = [];
  const ofOne: { section: string; key: string; kind: Kind; template: Entry }[] = [];
  const written = Object.fromEntries(
    Object.values(sections).map((section) => {
      const entries = Object.entries(contract[section] as Record<string, Entry>);
      const made = emptyRecord<Entry>();
      for (const [as, entry] of entries) {
        const names = namesInKey(as);
        const fault = keyFault(contract, section, as, names, tenants);
        if (fault !== undefined) {
          faults.push({ path: [section, as], message: fault });
        } else if (names.length === 0) {
          made[as] = tenants === undefined ? entry : forBoth(entry, tenants);
        } else {
          for (const kind of kinds) {
            const key = fillNames(as, tenants![kind]);
            made[key] = forOne(entry, tenants![kind]);
            if (section === 'tables' && entry.rows === undefined) {
              made[key].rows = { of: kind, by: names };
            }
            writtenAs.push({ section, key, as });
            ofOne.push({ section, key, kind, template: entry });
          }
        }
      }
      return [section, made];
    }),
  );
  const database = tenants === undefined ? contract.database : forBoth(contract.database, tenants);
  const whole = { ...contract, database, ...written } as ParsedContract;
  for (const { section, key, kind, template } of ofOne) {
    const entry = (whole[section as 'tables'] as Record<string, Entry>)[key]!;
    entry.denies?.push(...denialsOf(whole, key, template, { tenants: tenants!, kind }));
  }
  return { contract: whole, faults, writtenAs };
}

/** Text between quotes is a literal name. */
const unquoted = /"(?:[^"]|"")*"|([^\s."(),[\]]+)/g;

function namesInKey(key: string): string[] {
  return [...new Set([...key.matchAll(unquoted)].flatMap(([, part = '']) => namesInText(part)))];
}

function keyFault(
  contract: ParsedContract,
  section: string,
  key: string,
  names: readonly string[],
  tenants: Tenants | undefined,
): string | undefined {
  if (names.length === 0) {
    return undefined;
  }
  if (tenants === undefined) {
    return `there is no tenancy: {${names[0]!}} is not a value of a tenant`;
  }
  const known = Object.keys(tenants.own);
  const strange = names.find((name) => !known.includes(name));
  if (strange !== undefined) {
    return `{${strange}} is not a value of the tenants${didYouMean(strange, known)}`;
  }
  const [own, other] = kinds.map((kind) => fillNames(key, tenants[kind]));
  if (own === other) {
    return `is ${own!} for both tenants: name it by a value in which they differ`;
  }
  const listed = contract[section as 'tables'];
  const twice = [own!, other!].find((one) => Object.hasOwn(listed, one));
  return twice === undefined ? undefined : `is ${twice} too, which is there already`;
}

/** Parts of an SQL text with values of a tenant: names, quoted if necessary, and strings, which take the value as it is. */
const sqlPart = /"(?:[^"]|"")*"|('(?:[^']|'')*')|[^\s."'(),[\]]+/g;

function fillNames(text: string, tenant: TenantRecord): string {
  return text.replaceAll(sqlPart, (part: string, literal: string | undefined) => {
    const known = namesInText(part).filter((name) => Object.hasOwn(tenant, name));
    if (known.length === 0 || part.startsWith('"')) {
      return part;
    }
    const name = fill(part, tenant);
    return literal === undefined
      ? /^[a-z_][a-z0-9_$]*$/.test(name)
        ? name
        : `"${name.replaceAll('"', '""')}"`
      : fill(part, tenant, (value) => value.replaceAll("'", "''"));
  });
}

/** A text with values of a tenant filled in. Other braces, such as an array's `{one}`, stay as they are. */
function fill(text: string, tenant: TenantRecord, shown = (value: string) => value): string {
  return fillText(text, (name) => (Object.hasOwn(tenant, name) ? shown(tenant[name]!) : `{${name}}`));
}

/** An entry for one tenant. */
function forOne(entry: Entry, tenant: TenantRecord): Entry {
  const name = (text: string) => fill(text, tenant);
  const sql = (text: string) => fillNames(text, tenant);
  const { owner, rows, open, call, policies, only_through } = entry;
  return {
    ...entry,
    ...(owner === undefined ? {} : { owner: name(owner) }),
    ...privilegesFor(entry, [tenant]),
    ...(typeof rows === 'string' ? { rows: sql(rows) } : {}),
    ...(open === undefined ? {} : { open: sql(open) }),
    ...(call === undefined ? {} : { call: sql(call) }),
    ...(only_through === undefined ? {} : { only_through: only_through.map(sql) }),
    ...(policies === undefined
      ? {}
      : {
          policies: bareRecord(
            Object.entries(policies).map(([policy, one]) => [
              policy,
              {
                ...one,
                roles: one.roles.map(name),
                ...(one.using === undefined ? {} : { using: sql(one.using) }),
                ...(one.check === undefined ? {} : { check: sql(one.check) }),
              },
            ]),
          ),
        }),
  };
}

/** An entry that the tenants share: what it says of the role of a tenant, it says of each. */
function forBoth(entry: Entry, { own, other }: Tenants): Entry {
  const asks = [
    ...Object.keys(entry.grants),
    ...[...(entry.needs ?? []), ...(entry.denies ?? [])].map(({ identity }) => identity),
  ];
  return asks.some((one) => namesInText(one).length > 0) ? { ...entry, ...privilegesFor(entry, [own, other]) } : entry;
}

function privilegesFor({ grants, needs, denies }: Entry, tenants: readonly TenantRecord[]): Partial<Entry> {
  const filled = (text: string) => [...new Set(tenants.map((tenant) => fill(text, tenant)))];
  const given = emptyRecord<Entry['grants'][string]>();
  for (const [grantee, privileges] of Object.entries(grants)) {
    for (const one of filled(grantee)) {
      given[one] = [...new Set([...(given[one] ?? []), ...privileges])];
    }
  }
  const of = <T extends { identity: string }>(list: readonly T[]): T[] =>
    list.flatMap((one) => filled(one.identity).map((identity) => ({ ...one, identity })));
  return {
    grants: given,
    ...(needs === undefined ? {} : { needs: of(needs) }),
    ...(denies === undefined ? {} : { denies: of(denies) }),
  };
}

/** Denials to the role of one tenant for what the other's role needs, unless it was granted. */
function denialsOf(
  contract: ParsedContract,
  object: string,
  { needs = [], denies = [] }: Entry,
  { tenants, kind }: { tenants: Tenants; kind: Kind },
): TableContract['denies'] {
  const another = tenants[kind === 'own' ? 'other' : 'own'];
  const declared = hasSessions(contract) ? inheritedPrivileges : declaredPrivileges;
  return needs.flatMap(({ identity: whose, access }) => {
    const identity = fill(whose, another);
    const known = [...declared(contract, identity, object)].map(privilegeIn);
    const said = denies.flatMap((one) => (fill(one.identity, tenants[kind]) === identity ? one.access : []));
    const denied = access.filter((word) => !known.includes(word) && !said.includes(word));
    return identity === fill(whose, tenants[kind]) ||
      denied.length === 0 ||
      !Object.hasOwn(contract.identities, identity)
      ? []
      : [{ identity, access: denied, required_by: '(forbidden)' }];
  });
}

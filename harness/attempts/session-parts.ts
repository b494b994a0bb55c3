import type { RawName } from '../common/sql.ts';
import { namesInText } from '../contract/placeholders.ts';
import type { ContextName, ParsedContract } from '../contract/contract.ts';
import { tenantByRole } from '../contract/rows.ts';
import type { ContractSession, TenantRecord, Tenants } from '../contract/sessions.ts';
import { documentOf, filled, sessionFormOf, type SessionForm } from './session-form.ts';

/** Values by name. Some may be missing. */
export type ContextRecord = Readonly<Record<string, string | null>>;

/** A record with the empty text for each missing value. */
export function withEmptyForNull(record: ContextRecord): Record<string, string> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, value ?? '']));
}

/** A session of the own tenant, except for one part. */
export interface SessionPart {
  /** What is missing or another tenant's, in words. */
  value: string;
  /** The tenant that it claims. */
  record: ContextRecord;
  /** Its settings. */
  settings: readonly { name: RawName; value: string }[];
}

/** Names of the values that a session is filled with. */
export function valuesOf({ settings, run }: SessionForm): string[] {
  return [...new Set([...settings.map(({ text }) => text), ...run].flatMap(namesInText))];
}

/**
 * Sessions of the own tenant with a part missing: each setting in turn if there are several, and each key of a document missing,
 * null or empty.
 */
export function missingParts(form: SessionForm, { own }: Tenants): SessionPart[] {
  const { settings } = form;
  const all = settings.map(({ name, text }) => ({ name, value: filled(text, own), names: namesInText(text) }));
  const lacking = (gone: readonly string[], elsewhere: readonly string[]): ContextRecord =>
    Object.fromEntries(
      Object.entries(own).map(([name, value]) => [
        name,
        gone.includes(name) && !elsewhere.includes(name) ? null : value,
      ]),
    );
  const others = (place: number) => [...all.filter((_, index) => index !== place).flatMap(({ names }) => names)];
  const whole = all.flatMap(({ name, names }, place) =>
    all.length > 1 && names.length > 0
      ? [
          {
            value: `without ${name}`,
            record: lacking(names, others(place)),
            settings: all.filter((_, index) => index !== place),
          },
        ]
      : [],
  );
  const keys = all.flatMap(({ name, value, names }, place) =>
    keysOf(settings[place]!.text).flatMap(({ key, asks }) =>
      changedKeys(value, key).map(({ how, text }) => ({
        value: `${name} ${how}`,
        record: lacking(asks, [
          ...others(place),
          ...names.filter((one) => isAskedElsewhere(settings[place]!.text, one, key)),
        ]),
        settings: all.map((one, index) => (index === place ? { name, value: text } : one)),
      })),
    ),
  );
  return [...whole, ...keys];
}

/** Sessions that mix values of the own tenant and the other tenant, if a session takes several values. */
export function mixedParts(
  form: SessionForm,
  { own, other }: Tenants,
): (Omit<SessionPart, 'settings'> & { tenant: TenantRecord })[] {
  const names = valuesOf(form).filter((name) => own[name] !== other[name]);
  return names.length < 2
    ? []
    : names.map((name) => {
        const tenant = { ...own, [name]: other[name]! };
        return { value: `${name} of other, else own`, record: tenant, tenant };
      });
}

/** Keys of a document whose values are a tenant's, and which values they are. */
function keysOf(text: string): { key: string; asks: string[] }[] {
  const document = documentOf(text);
  if (document === undefined) {
    return [];
  }
  return Object.keys(document)
    .map((key) => ({ key, asks: namesUnder(text, key) }))
    .filter(({ asks }) => asks.length > 0);
}

/** Names of the values below a key: the parts of the document that change with the tenant. */
function namesUnder(text: string, key: string): string[] {
  const valueOf = (name: string) => {
    const document = JSON.parse(text.replaceAll(`{${name}}`, '1').replaceAll(/\{[a-z_]\w*\}/gi, '0')) as Record<
      string,
      unknown
    >;
    return JSON.stringify(document[key]);
  };
  const none = JSON.stringify(documentOf(text)![key]);
  return namesInText(text).filter((name) => valueOf(name) !== none);
}

function isAskedElsewhere(text: string, name: string, key: string): boolean {
  return keysOf(text).some((one) => one.key !== key && one.asks.includes(name));
}

function changedKeys(text: string, key: string): { how: string; text: string }[] {
  const document = JSON.parse(text) as Record<string, unknown>;
  const rest = Object.fromEntries(Object.entries(document).filter(([name]) => name !== key));
  return [
    { how: `without ${key}`, text: JSON.stringify(rest) },
    { how: `with ${key} null`, text: JSON.stringify({ ...document, [key]: null }) },
    { how: `with ${key} empty`, text: JSON.stringify({ ...document, [key]: '' }) },
  ];
}

/** The tenant that a session claims, in a context with a partial tenant, or in a hostile one with a tenant by its role. */
export function partsOf(
  contract: ParsedContract,
  tenants: Tenants,
  session: ContractSession,
  table: string,
  context: ContextName,
): ContextRecord[] | undefined {
  const tenant = context === 'hostile' ? tenantByRole(contract, table, session) : undefined;
  if (tenant !== undefined) {
    return [tenants[tenant]];
  }
  const parts = { 'partly-set': missingParts, mixed: mixedParts }[context as string];
  return parts?.(sessionFormOf(contract, session), tenants).map(({ record }) => record);
}

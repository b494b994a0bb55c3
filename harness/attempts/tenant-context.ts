import { joined, type SqlText } from '../common/sql.ts';
import { everyContext, type ContextName, type ParsedContract } from '../contract/contract.ts';
import { tenantByRole } from '../contract/rows.ts';
import {
  contextOfTenant,
  isByRole,
  missingContexts,
  type ContractSession,
  type TenantRecord,
  type Tenants,
} from '../contract/sessions.ts';
import type { Disguise } from './disguises.ts';
import { missingParts, mixedParts, valuesOf, type ContextRecord } from './session-parts.ts';
import type { Preparation } from './transactions.ts';
import { assume, become, reset, setAll, type SessionForm } from './session-form.ts';

/** The contexts in which a session is tried. If all values are texts, none can have a malformed value. */
export function contextsOf(
  { tenancy, sessions }: ParsedContract,
  session: Pick<ContractSession, 'sees' | 'login' | 'tenant' | 'set' | 'run'>,
  form: SessionForm,
  tenants: Tenants,
): ContextName[] {
  switch (session.sees) {
    case 'all':
      return ['sees-all'];
    case 'open':
      return ['sees-open'];
    case 'nothing': {
      const opens = Object.values(sessions).some(({ login, role }) => login === session.login && role !== undefined);
      return opens ? ['never-set', 'after-reset-role'] : ['never-set'];
    }
    case 'whose':
  }
  const { tenant = 'own' } = session;
  if (session.tenant !== undefined && isByRole(session)) {
    return [contextOfTenant[tenant], 'hostile'];
  }
  if (tenant !== 'own' || (form.settings.length === 0 && form.run.length === 0)) {
    return [contextOfTenant[tenant]];
  }
  return everyContext.filter((context) => {
    switch (context) {
      case 'not-of-type':
        return tenancy?.invalid !== undefined;
      case 'after-reset':
        return form.settings.length > 0;
      case 'partly-set':
        return missingParts(form, tenants).length > 0;
      case 'mixed':
        return mixedParts(form, tenants).length > 0;
      case 'sees-all':
      case 'sees-open':
      case 'after-reset-role':
        return false;
      case 'other-tenant':
      case 'unknown-tenant':
      case 'reused-by-other-tenant':
        // The other tenant has a session of its own.
        return session.tenant === undefined;
      default:
        return true;
    }
  });
}

/** The contexts of a session that apply to a table. Settings do not matter if its role alone decides. */
export function contextsOn(
  contract: ParsedContract,
  table: string,
  session: ContractSession,
  contexts: readonly ContextName[],
): readonly ContextName[] {
  const tenant = tenantByRole(contract, table, session);
  return tenant === undefined
    ? contexts
    : contexts.filter((context) => context === contextOfTenant[tenant] || context === 'hostile');
}

/** What brings a session into a context. */
export interface ContextEntry {
  /** Whether the session must never have had a tenant: once a setting was made, it reads '' and never NULL again. */
  untouched: boolean;
  /** Statements that the session runs before the transaction. */
  before: readonly Preparation[];
  /** Statements in the transaction. */
  enter: readonly SqlText[];
  /** The tenant whose rows it may reach; null if it has none. */
  record: ContextRecord | null;
  /** Whether it must see all rows of that tenant, not only no others. @default false */
  mustSee?: boolean;
  /** What a session claims to be, in a context with several ways to claim it, such as a hostile one; absent in other contexts. */
  value?: string;
  /** Whether its role alone makes it a tenant, whatever it claims. @default false */
  byRole?: boolean;
  /** Whether the grants may differ from the login's own. @default false */
  hasOtherGrants?: boolean;
}

/** What contexts are made of beside the session. */
export interface ContextMaterial {
  tenants: Tenants | undefined;
  /** What a tenant does in the session before this context. */
  seen: SqlText;
  /** Hostile values: tenants that do not exist. */
  hostile: readonly TenantRecord[];
  /** What else a hostile session can claim. */
  disguises: readonly Disguise[];
  /** What a session without a tenant may see: with `own`, the rows of the own tenant. */
  onMissing: 'empty' | 'error' | 'open' | 'own' | undefined;
  /** The tenant that the session's role alone makes it. */
  byRole?: TenantRecord | undefined;
  /** How the login becomes a tenant in other sessions. Through them it entered what RESET ROLE gives back. */
  roleForms: readonly SessionForm[];
}

/** The entries of a context: one, or one for each way in contexts with several, such as `hostile`. */
export function entriesOf(
  context: ContextName | 'none',
  form: SessionForm,
  material: ContextMaterial,
): readonly [ContextEntry, ...ContextEntry[]] {
  const { tenants, seen, hostile, disguises, onMissing, byRole, roleForms } = material;
  const nobody: ContextEntry = { untouched: false, before: [], enter: assume(form), record: null };
  if (tenants === undefined || context === 'none') {
    return [{ ...nobody, untouched: true }];
  }
  const { own, other, unknown, invalid } = tenants;
  const missing: ContextEntry =
    missingContexts.has(context) && (onMissing === 'own' || onMissing === 'open')
      ? { ...nobody, record: onMissing === 'own' ? own : null, mustSee: true }
      : nobody;
  const as = (tenant: TenantRecord): ContextEntry => ({
    ...nobody,
    enter: [...nobody.enter, ...become(form, tenant)],
    record: tenant,
  });
  const saying = (text: string): ContextEntry => ({
    ...missing,
    enter: [
      ...nobody.enter,
      ...setAll(form.settings.map(({ name }) => ({ name, value: text }))),
      ...become({ ...form, settings: [] }, Object.fromEntries(valuesOf(form).map((name) => [name, text]))),
    ],
  });
  const together = (...statements: SqlText[]) => joined(statements, '; ');
  switch (context) {
    case 'never-set':
      return [{ ...missing, untouched: true }];
    case 'empty':
      return [saying('')];
    case 'blank':
      return [saying('   ')];
    case 'own-tenant':
      return [{ ...as(own), mustSee: true }];
    case 'other-tenant':
      return [{ ...as(other), mustSee: true }];
    case 'unknown-tenant':
      return [as(unknown)];
    case 'not-of-type':
      return [{ ...as(invalid ?? unknown), record: null }];
    case 'after-commit':
      return [{ ...missing, before: [{ sql: together('begin', ...as(own).enter, 'commit') }] }];
    case 'reused-by-other-tenant':
      return [
        {
          ...as(other),
          mustSee: true,
          before: [
            { sql: 'begin', begins: true },
            { sql: together(...as(own).enter, seen), mayFail: true },
            { sql: 'commit' },
          ],
        },
      ];
    case 'after-reset':
      return [{ ...missing, before: [{ sql: together(...become(form, own, false), reset(form)) }] }];
    case 'after-discard-all':
      return [{ ...missing, before: [{ sql: together(...become(form, own, false)) }, { sql: 'discard all' }] }];
    case 'after-error':
      return [
        {
          ...missing,
          before: [{ sql: together('begin', ...as(own).enter, 'select 1 / 0'), mayFail: true }, { sql: 'rollback' }],
        },
      ];
    case 'sees-all':
    case 'sees-open':
      return [{ ...as(own), record: null, mustSee: true }];
    case 'partly-set': {
      const entries = missingParts(form, tenants).map(({ value, record, settings: made }) => ({
        ...nobody,
        enter: [...nobody.enter, ...setAll(made), ...become({ ...form, settings: [] }, own)],
        record,
        value,
      }));
      return [entries[0]!, ...entries.slice(1)];
    }
    case 'mixed': {
      const entries = mixedParts(form, tenants).map(({ value, tenant }) => ({ ...as(tenant), value }));
      return [entries[0]!, ...entries.slice(1)];
    }
    case 'after-reset-role': {
      const entries = roleForms.map((one) => ({
        ...nobody,
        enter: [...assume(one), ...become(one, own), 'reset role'],
        value: `RESET ROLE after ${one.role!}`,
      }));
      return [entries[0] ?? nobody, ...entries.slice(1)];
    }
    case 'hostile': {
      const disguised = (before: ContextEntry) =>
        disguises.map(({ enter, ...one }) => ({ ...before, ...one, enter: [...before.enter, ...enter] }));
      if (byRole !== undefined) {
        const [first = as(byRole), ...rest] = disguised({ ...as(byRole), byRole: true });
        return [first, ...rest];
      }
      const entry = (tenant: TenantRecord): ContextEntry => ({ ...as(tenant), value: wordsOf(tenant) });
      const [first = entry(Object.fromEntries(Object.keys(own).map((name) => [name, '%']))), ...rest] =
        hostile.map(entry);
      return [first, ...rest, ...disguised(nobody)];
    }
  }
}

/** A tenant in words: its value, or each value with its name. */
function wordsOf(tenant: TenantRecord): string {
  const values = Object.entries(tenant);
  return values.length === 1 ? values[0]![1] : values.map(([name, value]) => `${name} = ${value}`).join(', ');
}

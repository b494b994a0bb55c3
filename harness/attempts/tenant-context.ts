import { contextNames, type ContextName, type ParsedContract, type Tenancy } from '../contract/contract.ts';
import type { Disguise } from './disguises.ts';
import type { Preparation } from './transactions.ts';
import { assume, become, reset, type SessionForm } from './session-form.ts';

/** The contexts that are tried: of a text column no value is of another type. */
export function contextsOf({ tenancy }: ParsedContract): ContextName[] {
  return contextNames.filter((context) => context !== 'not-of-type' || tenancy?.invalid !== undefined);
}

/** What brings a session into a context. */
export interface ContextEntry {
  /** Whether the session must never have been anybody: once a setting was made, it reads '' and never NULL again. */
  untouched: boolean;
  /** What the session does before the transaction. */
  before: readonly Preparation[];
  /** Statements in the transaction. */
  enter: readonly string[];
  /** What a hostile session says of itself; absent in other contexts. */
  value?: string;
  /** Whether grants may be others than the login’s own. @default false */
  hasOtherGrants?: boolean;
}

/** What contexts are made of beside the tenants. */
export interface ContextMaterial {
  /** What a tenant that had the session first does in it. */
  seen: string;
  /** Values that no tenant has. */
  hostile: readonly string[];
  /** What else a hostile session can make itself. */
  disguises: readonly Disguise[];
}

/**
 * The entries of a context: one, or of `hostile` one for each value and each disguise.
 */
export function entriesOf(
  context: ContextName | 'none',
  form: SessionForm | undefined,
  tenancy: Tenancy | undefined,
  { seen, hostile, disguises }: ContextMaterial,
): readonly [ContextEntry, ...ContextEntry[]] {
  if (form === undefined || tenancy === undefined) {
    return [{ untouched: true, before: [], enter: [] }];
  }
  const { own, other, unknown, invalid } = tenancy;
  const nobody = { untouched: false, before: [], enter: assume(form) };
  const as = (tenant: string): ContextEntry => ({ ...nobody, enter: [...nobody.enter, become(form, tenant)] });
  switch (context) {
    case 'none':
    case 'never-set':
      return [{ ...nobody, untouched: true }];
    case 'empty':
      return [as('')];
    case 'blank':
      return [as('   ')];
    case 'own-tenant':
      return [as(own)];
    case 'other-tenant':
      return [as(other)];
    case 'unknown-tenant':
      return [as(unknown)];
    case 'not-of-type':
      return [as(invalid ?? '')];
    case 'after-commit':
      return [{ ...nobody, before: [{ sql: `begin; ${become(form, own)}; commit` }] }];
    case 'reused-by-other-tenant':
      return [
        {
          ...as(other),
          before: [{ sql: ['begin', ...as(own).enter, seen].join('; '), mayFail: true }, { sql: 'commit' }],
        },
      ];
    case 'after-reset':
      return [{ ...nobody, before: [{ sql: `${become(form, own, false)}; ${reset(form)}` }] }];
    case 'after-discard-all':
      return [{ ...nobody, before: [{ sql: become(form, own, false) }, { sql: 'discard all' }] }];
    case 'after-error':
      return [
        {
          ...nobody,
          before: [{ sql: `begin; ${become(form, own)}; select 1 / 0`, mayFail: true }, { sql: 'rollback' }],
        },
      ];
    case 'hostile': {
      const [first = '%', ...rest] = hostile;
      const entry = (value: string): ContextEntry => ({ ...as(value), value });
      const disguised = disguises.map(({ enter, ...one }) => ({
        ...nobody,
        ...one,
        enter: [...nobody.enter, ...enter],
      }));
      return [entry(first), ...rest.map(entry), ...disguised];
    }
  }
}

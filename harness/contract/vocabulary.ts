import { z } from 'zod';

import { emptyRecord } from '../common/records.ts';

export const attributes = [
  'LOGIN',
  'INHERIT',
  'SUPERUSER',
  'CREATEDB',
  'CREATEROLE',
  'REPLICATION',
  'BYPASSRLS',
] as const;

/** Privileges by kind of object, as GRANT names them. MAINTAIN exists from PostgreSQL 17 on. */
export const privileges = {
  database: ['CONNECT', 'TEMPORARY', 'CREATE'],
  schema: ['USAGE', 'CREATE'],
  table: ['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER', 'MAINTAIN'],
  sequence: ['USAGE', 'SELECT', 'UPDATE'],
  function: ['EXECUTE'],
  type: ['USAGE'],
} as const;

/** Contexts in which a session reaches a tenant-isolated table. */
export const contextNames = [
  'never-set',
  'empty',
  'blank',
  'after-commit',
  'after-reset',
  'after-discard-all',
  'after-error',
  'not-of-type',
  'other-tenant',
  'reused-by-other-tenant',
  'own-tenant',
  'unknown-tenant',
  'hostile',
] as const;

/** Contexts of sessions that set more than a tenant, or assume a role. */
export const sessionContextNames = ['partly-set', 'mixed', 'sees-all', 'sees-open', 'after-reset-role'] as const;
export const everyContext = [...contextNames, ...sessionContextNames] as const;
export type ContextName = (typeof everyContext)[number];

export const name = z.string().min(1);
export const sentence = z.string().min(1);
export const file = z.string().min(1);

/** A record without a prototype. */
export const recordOf = <T extends z.ZodType>(value: T) =>
  z.record(name, value).transform((record) => Object.assign(emptyRecord() as typeof record, record));

export const onMissingContext = z
  .enum(['empty', 'error'])
  .optional()
  .meta({
    description:
      'How a read without a tenant must close: with no rows (`empty`) or with an error (`error`). A table overrides `tenancy`. Default: both are accepted.',
    examples: ['empty'],
  });

export const onMissing = z
  .enum(['empty', 'error', 'open', 'own'])
  .optional()
  .meta({
    description:
      'What a read without a tenant returns: no rows (`empty`), an error (`error`), the open rows (`open`), or the open rows and those of the own tenant (`own`). A table overrides `tenancy`. Default: no rows or an error; open rows may appear.',
    examples: ['open'],
  });

/** A custom setting: a name of at least two parts. */
export const customName = /^[a-z_][\w$]*(\.[a-z_][\w$]*)+$/i;
export const notCustom = 'a custom setting, as app.tenant';
export const customSetting = z.string().regex(customName, notCustom);

/** The last day of an acceptance. */
export const until = z.iso
  .date('is not a date: write it as 2027-01-31')
  .meta({ description: 'The last day of the acceptance, as 2027-01-31.', examples: ['2027-01-31'] });

import { z } from 'zod';

export const attributes = [
  'LOGIN',
  'INHERIT',
  'SUPERUSER',
  'CREATEDB',
  'CREATEROLE',
  'REPLICATION',
  'BYPASSRLS',
] as const;

/** Privileges by kind of object, as GRANT names them. MAINTAIN is PostgreSQL 17 and later. */
export const privileges = {
  database: ['CONNECT', 'TEMPORARY', 'CREATE'],
  schema: ['USAGE', 'CREATE'],
  table: ['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER', 'MAINTAIN'],
  sequence: ['USAGE', 'SELECT', 'UPDATE'],
  function: ['EXECUTE'],
  type: ['USAGE'],
} as const;

/** Contexts a session can be in when it reaches a tenant-isolated table. */
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
export type ContextName = (typeof contextNames)[number];

export const name = z.string().min(1);
export const sentence = z.string().min(1);
export const file = z.string().min(1);

/** A record that inherits nothing: a policy may be named `constructor`. */
export const recordOf = <T extends z.ZodType>(value: T) =>
  z.record(name, value).transform((record) => Object.assign(Object.create(null) as typeof record, record));

export const onMissingContext = z
  .enum(['empty', 'error'])
  .optional()
  .describe(
    'How a read without a tenant must close: with no rows, or with an error. On a table it wins over tenancy. Default: either is closed.',
  );

/** Last day of an acceptance. */
export const until = z.iso
  .date('is not a date: write it as 2027-01-31')
  .describe('Last day of the acceptance, as 2027-01-31.');

import { z } from 'zod';

import { open, rows } from './session-schema.ts';
import { name, onMissing, onMissingContext, privileges, recordOf, sentence } from './vocabulary.ts';

const who = name.describe('An identity.');
const access = z.array(name).min(1).describe('Privileges, as GRANT names them.');

const need = z.strictObject({
  identity: who,
  access,
  required_by: sentence.describe(
    'The code path that needs it; a file and a name in it where the contract says `code`.',
  ),
});

const denial = z.strictObject({
  identity: who,
  access,
  required_by: sentence.default('(forbidden)').describe('Why it is denied, or what would need it and must not.'),
});

const columnGrant = z.templateLiteral([
  z.enum(['SELECT', 'INSERT', 'UPDATE', 'REFERENCES']),
  '(',
  z.string().min(1),
  ')',
]);

/** Grantee → privileges on one kind of object. */
export const grantsOf = (kind: keyof typeof privileges) =>
  recordOf(
    z
      .array(kind === 'table' ? z.union([z.enum(privileges.table), columnGrant]) : z.enum(privileges[kind]))
      .min(1)
      .describe('All privileges of this grantee.'),
  )
    .prefault({})
    .describe(
      'Grantee (an identity, or PUBLIC) → privileges; on columns as SELECT(id, name). Nothing else is allowed. The owner has all.',
    );

const owner = name.optional().describe('The role that owns it. Default: a migrator.');

const object = (kind: keyof typeof privileges) => ({
  owner,
  grants: grantsOf(kind),
  needs: z.array(need).default([]).describe('What an identity must be able to do: rows of the truth table.'),
  denies: z.array(denial).default([]).describe('What an identity must not be able to do: rows of the truth table.'),
});

const policy = z
  .strictObject({
    command: z
      .enum(['ALL', 'SELECT', 'INSERT', 'UPDATE', 'DELETE'])
      .default('ALL')
      .describe('The command that the policy is FOR.'),
    permissive: z.boolean().default(true).describe('AS PERMISSIVE; false: AS RESTRICTIVE.'),
    roles: z.array(name).default(['PUBLIC']).describe('The roles that the policy is TO.'),
    using: z.string().optional().describe('As pg_get_expr prints it.'),
    check: z.string().optional().describe('As pg_get_expr prints it.'),
  })
  .describe('A policy, exactly.');

export const table = z
  .strictObject({
    ...object('table'),
    row_security: z
      .enum(['off', 'enabled', 'forced'])
      .default('off')
      .describe('Row-level security; forced: for the owner too.'),
    policies: recordOf(policy).prefault({}).describe('All policies of the table, by name.'),
    rows,
    open,
    on_missing_context: onMissingContext,
    on_missing: onMissing,
    only_through: z.array(name).default([]).describe('Functions that are the only way to it for runtime identities.'),
  })
  .describe('What the contract says of a table or view.');

export const fn = z
  .strictObject({
    ...object('function'),
    security: z.enum(['definer', 'invoker']).default('invoker').describe('SECURITY DEFINER or SECURITY INVOKER.'),
    search_path: z.string().optional().describe('The search_path the function sets, as proconfig holds it.'),
    body_sha256: z
      .string()
      .regex(/^[0-9a-f]{64}$/, 'sha256 in hex')
      .optional()
      .describe(
        'Digest of the body of a SECURITY DEFINER function, as privileges.head.txt shows it. Default: not judged.',
      ),
    returns: z
      .string()
      .optional()
      .describe('Result of a SECURITY DEFINER function, as pg_get_function_result prints it. Default: not judged.'),
    tenant_argument: z
      .int()
      .min(1)
      .optional()
      .describe(
        'Place of the argument that names a tenant, from 1. It is called with another tenant, which must get no row.',
      ),
    rows: z
      .enum(['all'])
      .optional()
      .describe(
        'all: a SECURITY DEFINER function gives rows of every tenant on purpose. Default: of its own tenant alone.',
      ),
    call: z.string().optional().describe('SELECT that calls it, for the live attempt. Default: every argument NULL.'),
  })
  .describe('What the contract says of a function.');

/** An object of which the contract says whose it is and who has what. */
export const plainObject = (kind: keyof typeof privileges) =>
  z.strictObject({ owner, grants: grantsOf(kind) }).describe(`What the contract says of a ${kind}.`);

export const future = z
  .strictObject({
    tables: grantsOf('table'),
    sequences: grantsOf('sequence'),
    functions: grantsOf('function'),
    types: grantsOf('type'),
  })
  .partial()
  .describe(
    'What an object that a migrator makes tomorrow may give away by default privileges. PostgreSQL gives PUBLIC EXECUTE on functions and USAGE on types unless told otherwise.',
  );

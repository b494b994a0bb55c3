import { z } from 'zod';

import { open, rows } from './session-schema.ts';
import { name, onMissing, onMissingContext, privileges, recordOf, sentence } from './vocabulary.ts';

const who = name.meta({ description: 'The identity.', examples: ['app'] });
const access = (kind: keyof typeof privileges) =>
  z
    .array(name)
    .min(1)
    .meta({ description: 'The privileges, as GRANT names them.', examples: [[privileges[kind][0]]] });

const need = (kind: keyof typeof privileges) =>
  z.strictObject({
    identity: who,
    access: access(kind),
    required_by: sentence.meta({
      description:
        'The code path that needs the access. Where the contract has `code`: a file, and optionally a name in it.',
      examples: ['src/worker/notes.py (save_note)'],
    }),
  });

const denial = (kind: keyof typeof privileges) =>
  z.strictObject({
    identity: name.meta({ description: 'The identity.', examples: ['auditor'] }),
    access: access(kind),
    required_by: sentence.default('(forbidden)').meta({
      description: 'The reason why the access is denied, or the code that would need it and must not get it.',
      examples: ['(only the billing service reads it)'],
    }),
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
      .meta({ description: 'All privileges of this grantee.' }),
  )
    .prefault({})
    .meta({
      description: `All grants: the privileges of each grantee (an identity, or PUBLIC).${kind === 'table' ? ' Privileges on columns are written as SELECT(id, name).' : ''} The owner has every privilege; anybody else who has one is a finding.`,
      examples: [{ app_rw: kind === 'table' ? ['SELECT', 'UPDATE(body)'] : [privileges[kind][0]] }],
    });

const owner = name.optional().meta({ description: 'The role that owns it. Default: a migrator.', examples: ['owner'] });

const object = (kind: 'table' | 'function') => ({
  owner,
  grants: grantsOf(kind),
  needs: z
    .array(need(kind))
    .default([])
    .meta({
      description: 'What an identity must be able to do. Each entry is a row of the truth table.',
      examples: [[{ identity: 'app', access: [privileges[kind][0]], required_by: 'src/worker/notes.py' }]],
    }),
  denies: z
    .array(denial(kind))
    .default([])
    .meta({
      description: 'What an identity must not be able to do. Each entry is a row of the truth table.',
      examples: [[{ identity: 'auditor', access: [privileges[kind][0]] }]],
    }),
});

const policy = z
  .strictObject({
    command: z
      .enum(['ALL', 'SELECT', 'INSERT', 'UPDATE', 'DELETE'])
      .default('ALL')
      .meta({ description: 'The command that the policy is FOR.', examples: ['SELECT'] }),
    permissive: z
      .boolean()
      .default(true)
      .meta({ description: 'Whether the policy is AS PERMISSIVE; false means AS RESTRICTIVE.', examples: [false] }),
    roles: z
      .array(name)
      .default(['PUBLIC'])
      .meta({ description: 'The roles that the policy is TO.', examples: [['app_rw']] }),
    using: z
      .string()
      .optional()
      .meta({
        description: 'The USING condition, as pg_get_expr prints it.',
        examples: ["(tenant_id = current_setting('app.tenant'::text, true))"],
      }),
    check: z
      .string()
      .optional()
      .meta({
        description: 'The WITH CHECK condition, as pg_get_expr prints it.',
        examples: ["(tenant_id = current_setting('app.tenant'::text, true))"],
      }),
  })
  .meta({ description: 'A policy, exactly as the server has it.' });

export const table = z
  .strictObject({
    ...object('table'),
    row_security: z
      .enum(['off', 'enabled', 'forced'])
      .default('off')
      .meta({
        description: 'The state of row-level security. `forced` applies it to the owner of the table too.',
        examples: ['forced'],
      }),
    policies: recordOf(policy)
      .prefault({})
      .meta({
        description: 'All policies of the table, by name.',
        examples: [{ tenant_isolation: { using: "(tenant_id = current_setting('app.tenant'::text, true))" } }],
      }),
    rows,
    open,
    on_missing_context: onMissingContext,
    on_missing: onMissing,
    only_through: z
      .array(name)
      .default([])
      .meta({
        description: 'The functions that are the only way to the table for logins and groups.',
        examples: [['security.tenant_of(text)']],
      }),
  })
  .meta({ description: 'What the contract says about a table or view.' });

export const fn = z
  .strictObject({
    ...object('function'),
    security: z
      .enum(['definer', 'invoker'])
      .default('invoker')
      .meta({
        description: 'Whether the function is SECURITY DEFINER (runs as its owner) or SECURITY INVOKER.',
        examples: ['definer'],
      }),
    search_path: z
      .string()
      .optional()
      .meta({
        description: 'The search_path that the function sets, as pg_proc.proconfig holds it.',
        examples: ['pg_catalog, pg_temp'],
      }),
    body_sha256: z
      .string()
      .regex(/^[0-9a-f]{64}$/, 'sha256 in hex')
      .optional()
      .meta({
        description:
          'The SHA-256 digest of the body of a SECURITY DEFINER function, in hex; privileges.head.txt shows it. Default: the body is not judged.',
        examples: ['e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
      }),
    returns: z
      .string()
      .optional()
      .meta({
        description:
          'The result type of a SECURITY DEFINER function, as pg_get_function_result prints it. Default: the result type is not judged.',
        examples: ['TABLE(tenant_id uuid)'],
      }),
    tenant_argument: z
      .int()
      .min(1)
      .optional()
      .meta({
        description:
          'The position, from 1, of the argument that names a tenant. The function is called with another tenant and must return no row.',
        examples: [1],
      }),
    rows: z
      .enum(['all'])
      .optional()
      .meta({
        description:
          '`all`: the SECURITY DEFINER function returns rows of every tenant on purpose. Default: it may return rows of the session’s tenant only.',
        examples: ['all'],
      }),
    call: z
      .string()
      .optional()
      .meta({
        description:
          'The SELECT that calls the function in a live attempt. Default: a call with NULL for every argument.',
        examples: ["select security.tenant_of('key-1')"],
      }),
  })
  .meta({ description: 'What the contract says about a function.' });

/** An object whose owner and grants the contract declares. */
export const plainObject = (kind: keyof typeof privileges) =>
  z.strictObject({ owner, grants: grantsOf(kind) }).meta({ description: `What the contract says about a ${kind}.` });

export const future = z
  .strictObject({
    tables: grantsOf('table'),
    sequences: grantsOf('sequence'),
    functions: grantsOf('function'),
    types: grantsOf('type'),
  })
  .partial()
  .meta({
    description:
      'What default privileges may grant on an object that a migrator creates later. PostgreSQL grants PUBLIC EXECUTE on functions and USAGE on types unless ALTER DEFAULT PRIVILEGES revokes them.',
    examples: [{ tables: { app_rw: ['SELECT'] } }],
  });

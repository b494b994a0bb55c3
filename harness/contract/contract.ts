import { z } from 'zod';

const name = z.string().min(1);

/** A record that inherits nothing: a policy may be named `constructor`. */
const recordOf = <T extends z.ZodType>(value: T) =>
  z.record(name, value).transform((record) => Object.assign(Object.create(null) as typeof record, record));

const sentence = z.string().min(1);
const file = z.string().min(1).describe('Path relative to the contract file.');

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

const onMissingContext = z
  .enum(['empty', 'error'])
  .optional()
  .describe(
    'How a read without a tenant must close: with no rows, or with an error. On a table it wins over tenancy. Default: either is closed.',
  );

const outcome = z
  .union([
    z.enum(['allowed', 'denied-by-grant', 'denied-by-rls', 'hidden', 'absent']),
    z.templateLiteral([z.enum(['error:', 'stopped:']), z.string().regex(/^[0-9A-Z]{5}$/)]),
  ])
  .describe('How the attempt must end; stopped or error by its SQLSTATE.');

const membership = z.union([
  name,
  z.strictObject({
    role: name,
    inherit: z.boolean().default(true),
    set: z.boolean().default(true),
    admin: z.boolean().default(false),
  }),
]);

const identity = z.strictObject({
  kind: z
    .enum(['login', 'group', 'definer', 'migrator'])
    .describe(
      'login: a service connects as it. group: NOLOGIN, holds grants. definer: NOLOGIN, owns SECURITY DEFINER functions. migrator: runs migrations.',
    ),
  attributes: z
    .array(z.enum(attributes))
    .optional()
    .describe(
      'All attributes it has. Default: LOGIN and INHERIT for a login, INHERIT for a group or definer; a migrator is not judged.',
    ),
  member_of: z.array(membership).default([]).describe('All roles it is a direct member of.'),
  settings: recordOf(z.string()).prefault({}).describe('All settings given by ALTER ROLE … SET.'),
  url_env: name.optional().describe('Variable that holds this login’s connection URL on a live system.'),
});

const need = z.strictObject({
  identity: name,
  access: z.array(name).min(1),
  required_by: sentence.describe('The code path that needs it.'),
});

const denial = z.strictObject({
  identity: name,
  access: z.array(name).min(1),
  required_by: sentence.default('(forbidden)'),
});

const columnGrant = z.templateLiteral([
  z.enum(['SELECT', 'INSERT', 'UPDATE', 'REFERENCES']),
  '(',
  z.string().min(1),
  ')',
]);

const grantsOf = (kind: keyof typeof privileges) =>
  recordOf(
    z.array(kind === 'table' ? z.union([z.enum(privileges.table), columnGrant]) : z.enum(privileges[kind])).min(1),
  )
    .prefault({})
    .describe(
      'Grantee (an identity, or PUBLIC) → privileges; on columns as SELECT(id, name). Nothing else is allowed. The owner has all.',
    );

const object = (kind: keyof typeof privileges) => ({
  owner: name.optional().describe('Default: a migrator.'),
  grants: grantsOf(kind),
  needs: z.array(need).default([]).describe('What an identity must be able to do: rows of the truth table.'),
  denies: z.array(denial).default([]).describe('What an identity must not be able to do: rows of the truth table.'),
});

const policy = z.strictObject({
  command: z.enum(['ALL', 'SELECT', 'INSERT', 'UPDATE', 'DELETE']).default('ALL'),
  permissive: z.boolean().default(true),
  roles: z.array(name).default(['PUBLIC']),
  using: z.string().optional().describe('As pg_get_expr prints it.'),
  check: z.string().optional().describe('As pg_get_expr prints it.'),
});

const table = z.strictObject({
  ...object('table'),
  row_security: z.enum(['off', 'enabled', 'forced']).default('off'),
  policies: recordOf(policy).prefault({}),
  on_missing_context: onMissingContext,
  only_through: z.array(name).default([]).describe('Functions that are the only way to it for runtime identities.'),
});

const fn = z.strictObject({
  ...object('function'),
  security: z.enum(['definer', 'invoker']).default('invoker'),
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
  call: z.string().optional().describe('SELECT that calls it, for the live attempt. Default: every argument NULL.'),
});

const plainObject = (kind: keyof typeof privileges) =>
  z.strictObject({ owner: name.optional(), grants: grantsOf(kind) });

const future = z
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

const acceptance = z.strictObject({
  code: name.describe('Code of the finding: rolecall explain CODE. `unproven` for what could not be shown.'),
  object: name.describe('Object of the finding; * stands for anything.'),
  identity: name.optional().describe('Identity of the finding. Default: any; * stands for anything.'),
  access: name.optional().describe('Privilege or command of the finding. Default: any; * stands for anything.'),
  reason: sentence,
  until: z.iso.date().describe('Last day of the acceptance.'),
});

const expectation = z.strictObject({
  identity: name,
  access: name,
  object: name,
  context: z
    .enum([...contextNames, 'none'])
    .optional()
    .describe('Default: own-tenant for a tenant-isolated table, none for others.'),
  outcome,
});

const deficiency = z.strictObject({
  id: name,
  claim: sentence,
  baseline: z.array(expectation).min(1).describe('What must be seen at baseline, or the failure was not reproduced.'),
  head: z.array(expectation).min(1).describe('What must be seen at head, or it is not fixed.'),
});

const percent = (otherwise: number) => z.number().min(0).max(100).default(otherwise);

const mutation = z.strictObject({
  thresholds: z
    .strictObject({ high: percent(100), low: percent(90), break: percent(100) })
    .refine(({ high, low }) => low <= high, { error: 'low is above high' })
    .prefault({})
    .describe(
      'Percent of the mutants that are noticed: from high on it is good, below low it is bad, below break `mutate` fails.',
    ),
  accepted: z
    .array(
      z.strictObject({
        mutant: name.describe('Id of a mutant; * stands for anything.'),
        reason: sentence,
        until: z.iso.date().describe('Last day of the acceptance.'),
      }),
    )
    .default([])
    .describe('Mutants that nothing notices, and why that is so. They stay visible.'),
});

const migrationTimeout = z
  .number()
  .positive()
  .max(86_400)
  .default(300)
  .describe('Seconds that one migration file, or one call of the command, may take.');

const byPhase = (what: string) => z.strictObject({ baseline: name, head: name }).describe(what);

/** The shape of `db/contract.yaml`. What stands there is not trusted until parseContract has seen it. */
export const contractSchema = z.strictObject({
  version: z.literal(1),
  name: z.string().regex(/^[a-z0-9][a-z0-9-]*$/, 'lower-case letters, digits and dashes'),
  title: sentence,
  postgres: z.int().min(14).default(16).describe('Major version the proof runs on unless --pg says otherwise.'),
  revisions: byPhase('Migrations up to here, by phase.'),
  databases: byPhase('Database names, by phase.').default({ baseline: 'rolecall_baseline', head: 'rolecall_head' }),
  migrations: z.union([
    z
      .strictObject({ folder: file, timeout: migrationTimeout })
      .describe('Plain SQL, <revision>_<slug>.sql, downs beside them as .down.sql.'),
    z
      .strictObject({
        command: z.array(z.string()).min(1),
        url_env: name,
        cwd: file.default('..'),
        timeout: migrationTimeout,
      })
      .describe(
        'A program that migrates the database whose URL stands in the variable url_env; {revision} in its arguments is replaced.',
      ),
  ]),
  provision: z.strictObject({ before: file.optional(), after: file.optional() }).default({}),
  seeds: file.optional().describe('Folder of .sql files, run in order after provisioning.'),
  suites: file.default('../pgtap/suites'),
  controls: file.default('../pgtap/controls'),
  tenancy: z
    .strictObject({
      setting: z
        .string()
        .regex(/^[a-z_][\w$]*(\.[a-z_][\w$]*)+$/i, 'a custom setting, as app.tenant')
        .describe('Setting that holds the tenant of the session.'),
      column: name.describe('Column of the tenant; a table that has row security and this column is tenant-isolated.'),
      own: z.string().describe('A seeded tenant.'),
      other: z.string().describe('Another seeded tenant.'),
      unknown: z.string().describe('A value of the right type that is no tenant.'),
      invalid: z.string().describe('A value that is not of the column’s type.'),
      on_missing_context: onMissingContext,
    })
    .optional(),
  identities: recordOf(identity),
  database: z.strictObject({ grants: grantsOf('database') }).prefault({}),
  schemas: recordOf(z.strictObject({ owner: name.optional(), grants: grantsOf('schema') })).prefault({}),
  tables: recordOf(table).prefault({}).describe('Tables and views, as schema.name.'),
  functions: recordOf(fn).prefault({}).describe('Functions, as schema.name(argument types).'),
  sequences: recordOf(plainObject('sequence')).prefault({}),
  types: recordOf(plainObject('type')).prefault({}).describe('Domains, enums, ranges and composite types.'),
  extensions: z.array(name).default([]).describe('Extensions whose own objects are not judged.'),
  future: future.default({}),
  accepted: z
    .array(acceptance)
    .default([])
    .describe('Findings that are known and accepted for a time. They stay visible.'),
  deficiencies: z.array(deficiency).default([]),
  mutation: mutation.prefault({}).describe('What `rolecall mutate` demands.'),
});

/** A contract whose every fault has been refused. */
export type ParsedContract = z.infer<typeof contractSchema>;
export type IdentityContract = ParsedContract['identities'][string];
export type TableContract = ParsedContract['tables'][string];
export type FunctionContract = ParsedContract['functions'][string];
export type Expectation = z.infer<typeof expectation>;
export type Deficiency = z.infer<typeof deficiency>;
export type Acceptance = z.infer<typeof acceptance>;
export type Tenancy = NonNullable<ParsedContract['tenancy']>;

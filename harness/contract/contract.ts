import { z } from 'zod';

import { proofLevels } from '../common/proof-level.ts';
import { code } from './code-schema.ts';
import { identity } from './identity-schema.ts';
import { acceptance, deficiency, mutation, type expectation } from './judgement-schemas.ts';
import { migrations } from './migrations-schema.ts';
import { migrator } from './migrator-schema.ts';
import { fn, future, grantsOf, plainObject, table } from './object-schemas.ts';
import { platformNames } from './platforms/platform.ts';
import { serverNames } from './servers/server-profile.ts';
import { session, tenancy } from './session-schema.ts';
import { file, name, recordOf, sentence } from './vocabulary.ts';

export { attributes, contextNames, everyContext, privileges, type ContextName } from './vocabulary.ts';

/** The value of `revisions.head` if the contract omits it: the newest file of the migrations folder. */
export const latest = 'latest';

/** The value of `revisions.baseline` if the contract omits it. Only a contract without migrations may. */
export const nothing = 'nothing';

/** The shape of `db/contract.yaml`. Its contents are not trusted until parseContract has checked them. */
export const contractSchema = z.strictObject({
  version: z.literal(1).meta({ description: 'The version of the contract format.', examples: [1] }),
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]*$/, 'lower-case letters, digits and dashes')
    .max(100)
    .meta({
      description: 'The name of the contract in ids and file names: lower-case letters, digits and dashes.',
      examples: ['shop'],
    }),
  title: sentence.meta({ description: 'The title of the contract in reports.', examples: ['What the shop may do'] }),
  platform: z
    .enum([...new Set([...platformNames, ...serverNames])])
    .optional()
    .meta({
      description:
        'The platform that the database runs on. `hasura`, `postgraphile`, `postgrest` and `supabase` add their roles, schemas and sessions to this contract and create them before the first migration; set a key to null to leave that part out. The other values name a provider: the report lists what the provider keeps on its servers and does not judge it (docs/managed-servers.md). Default: recognised in the catalog.',
      examples: ['supabase', 'rds'],
    }),
  proof: z
    .enum(proofLevels)
    .optional()
    .meta({
      description:
        'The level of proof that a pass needs. `catalog`: the catalogs say so. `login`: real logins ran the statements and suites, and the controls need no superuser. `full`: a superuser ran the controls. Default: `full` for `run`; the highest level that the URLs allow for `check`.',
      examples: ['login'],
    }),
  postgres: z
    .int()
    .min(14)
    .default(16)
    .meta({ description: 'The major version of PostgreSQL. `--pg` overrides it.', examples: [17] }),
  revisions: z
    .strictObject({
      baseline: name.meta({
        description: 'The last migration before the change that the contract asks for.',
        examples: ['202601131610'],
      }),
      head: name.default(latest).meta({
        description:
          'The last migration that is judged. Default: `latest`, the newest file. A command has no default: write its own word for the newest revision.',
        examples: ['202601211200'],
      }),
    })
    .default({ baseline: nothing, head: latest })
    .meta({
      description: 'The two revisions that are built and compared. Required unless the contract has no migrations.',
      examples: [{ baseline: '202601131610', head: '202601211200' }],
    }),
  databases: z
    .strictObject({
      baseline: name.meta({ description: 'The database of the baseline phase.', examples: ['shop_before'] }),
      head: name.meta({ description: 'The database of the head phase.', examples: ['shop'] }),
    })
    .default({ baseline: 'rolecall_baseline', head: 'rolecall_head' })
    .meta({
      description: 'The names of the two databases that are built.',
      examples: [{ baseline: 'shop_before', head: 'shop' }],
    }),
  migrations,
  provision: z
    .strictObject({
      before: file.optional().meta({
        description: 'A SQL file that the superuser runs before the migrations: roles that the migrations expect.',
        examples: ['provision/before.sql'],
      }),
      after: file.optional().meta({
        description: 'A SQL file that the superuser runs after the migrations: memberships and settings.',
        examples: ['provision/after.sql'],
      }),
    })
    .default({})
    .meta({
      description: 'What happens outside the migrations. The paths are relative to the contract file.',
      examples: [{ before: 'provision/before.sql' }],
    }),
  migrator: migrator.optional(),
  seeds: file.optional().meta({
    description:
      'A folder of .sql files with test rows, relative to the contract file. They run in order of their names after provisioning.',
    examples: ['seeds'],
  }),
  suites: file.default('../pgtap/suites').meta({
    description: 'The folder of the pgTAP suites, relative to the contract file.',
    examples: ['../pgtap/suites'],
  }),
  controls: file.default('../pgtap/controls').meta({
    description:
      'The folder of the controls, relative to the contract file. A control is the damage that must turn the suite of the same name red.',
    examples: ['../pgtap/controls'],
  }),
  sessions: recordOf(session)
    .prefault({})
    .meta({
      description: 'How a login becomes somebody, by name of the session.',
      examples: [{ user: { login: 'app', role: 'app_rw', set: { 'app.tenant': '{tenant}' } } }],
    }),
  tenancy: tenancy.optional(),
  code: code.optional(),
  identities: recordOf(identity).meta({
    description: 'The roles that may have privileges in this database, by name. Every other role may have none.',
    examples: [{ app: { kind: 'login', member_of: ['app_rw'] }, app_rw: { kind: 'group' } }],
  }),
  database: z
    .strictObject({ grants: grantsOf('database') })
    .prefault({})
    .meta({ description: 'The database itself.', examples: [{ grants: { app: ['CONNECT'] } }] }),
  schemas: recordOf(plainObject('schema'))
    .prefault({})
    .meta({ description: 'The schemas, by name.', examples: [{ public: { grants: { app_rw: ['USAGE'] } } }] }),
  tables: recordOf(table)
    .prefault({})
    .meta({
      description:
        'The tables and views, as schema.name. `{name}` in the key of any object, and in its grants, needs and denies, stands for a value of the tenant: the entry applies to the own tenant and to the other one.',
      examples: [{ 'public.notes': { row_security: 'forced', grants: { app_rw: ['SELECT', 'INSERT'] } } }],
    }),
  functions: recordOf(fn)
    .prefault({})
    .meta({
      description: 'The functions and procedures, as schema.name(argument types).',
      examples: [{ 'security.tenant_of(text)': { security: 'definer', grants: { app_rw: ['EXECUTE'] } } }],
    }),
  sequences: recordOf(plainObject('sequence'))
    .prefault({})
    .meta({
      description: 'The sequences, as schema.name.',
      examples: [{ 'public.notes_id_seq': { grants: { app_rw: ['USAGE'] } } }],
    }),
  types: recordOf(plainObject('type'))
    .prefault({})
    .meta({
      description: 'The domains, enums, ranges and composite types, as schema.name.',
      examples: [{ 'public.mood': { grants: { PUBLIC: ['USAGE'] } } }],
    }),
  extensions: z
    .array(name)
    .default([])
    .meta({ description: 'The extensions whose own objects are not judged.', examples: [['pgcrypto', 'citext']] }),
  future: future.default({}),
  accepted: z
    .array(acceptance)
    .default([])
    .meta({
      description:
        'The findings that you know and accept for a time. They stay visible and do not make the verdict fail.',
      examples: [
        [
          {
            code: 'public-may-execute',
            object: 'public.now_utc()',
            reason: 'It reads no table.',
            until: '2027-01-31',
          },
        ],
      ],
    }),
  deficiencies: z
    .array(deficiency)
    .default([])
    .meta({
      description:
        'What was wrong at baseline: each entry says how the fault must be seen there, and what must be seen at head.',
      examples: [
        [
          {
            id: 'D1',
            claim: 'The application can read the secrets of every tenant.',
            baseline: [{ identity: 'app', access: 'SELECT', object: 'public.notes', outcome: 'allowed' }],
            head: [{ identity: 'app', access: 'SELECT', object: 'public.notes', outcome: 'denied-by-grant' }],
          },
        ],
      ],
    }),
  mutation: mutation.prefault({}),
});

/** A contract without faults. */
export type ParsedContract = z.infer<typeof contractSchema>;
export type IdentityContract = ParsedContract['identities'][string];
export type TableContract = ParsedContract['tables'][string];
export type FunctionContract = ParsedContract['functions'][string];
export type Expectation = z.infer<typeof expectation>;
export type Deficiency = z.infer<typeof deficiency>;
export type Acceptance = z.infer<typeof acceptance>;
export type Tenancy = NonNullable<ParsedContract['tenancy']>;

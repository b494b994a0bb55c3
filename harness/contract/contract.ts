import { z } from 'zod';

import { proofLevels } from '../common/proof-level.ts';
import { code } from './code-schema.ts';
import { identity } from './identity-schema.ts';
import { acceptance, deficiency, mutation, type expectation } from './judgement-schemas.ts';
import { layoutNames } from './layouts.ts';
import { migrator } from './migrator-schema.ts';
import { fn, future, grantsOf, plainObject, table } from './object-schemas.ts';
import { platformNames } from './platforms/platform.ts';
import { serverNames } from './servers/server-profile.ts';
import { session, tenancy } from './session-schema.ts';
import { file, name, recordOf, sentence } from './vocabulary.ts';

export { attributes, contextNames, everyContext, privileges, type ContextName } from './vocabulary.ts';

/** What `revisions.head` is where the contract leaves it out: the newest file of the migrations folder. */
export const latest = 'latest';

/** What `revisions.baseline` is where the contract leaves it out, as only one without migrations may. */
export const nothing = 'nothing';

const migrationTimeout = z
  .number()
  .min(0.1, 'is less than a tenth of a second')
  .max(86_400)
  .default(300)
  .describe('Seconds that one migration file, or one call of the command, may take.');

const migrateAs = name
  .optional()
  .describe(
    'The role that runs them, by a real login: it owns what it makes, its default privileges and settings apply. provision.before makes it, as the superuser. Default: the superuser.',
  );

const migrations = z.union([
  z
    .strictObject({
      folder: file.describe(
        'Folder of the migrations, or one file that is all of them, relative to the contract file.',
      ),
      layout: z
        .enum(layoutNames)
        .optional()
        .describe('The tool whose layout the folder has. Default: recognised by its shape; plain where it has none.'),
      placeholders: recordOf(z.union([z.string(), z.number(), z.boolean()]).transform(String))
        .optional()
        .describe(
          'Values of what the tool fills in, by name: ${x} of Flyway, :X of graphile-migrate, variables of psql.',
        ),
      as: migrateAs,
      stand_ins: recordOf(file)
        .optional()
        .describe(
          'Files of SQL that stand in for extensions that the server does not have, by extension. The superuser runs them before the first migration; what they make is then that extension, and CREATE EXTENSION of it is left out.',
        ),
      timeout: migrationTimeout,
    })
    .describe('A folder of SQL, run as its tool runs it: see docs/migrations.md.'),
  z
    .strictObject({
      command: z
        .array(z.string())
        .min(1)
        .describe('Program and arguments; {revision} in an argument is replaced, and {direction} by up or down.'),
      down: z
        .array(z.string())
        .min(1)
        .optional()
        .describe(
          'Program and arguments that take a database down to {revision}. Default: command, where it holds {direction}; else the way back is not tried.',
        ),
      url_env: name.describe('Variable in which the program is given the URL of the database.'),
      cwd: file.default('..').describe('Folder it is started in, relative to the contract file.'),
      as: migrateAs,
      timeout: migrationTimeout,
    })
    .describe('A program that migrates the database whose URL stands in the variable url_env.'),
  z
    .strictObject({ none: sentence.describe('Why there are none.') })
    .describe('No migrations: a live database can be checked, and nothing can be built.'),
]);

/** The shape of `db/contract.yaml`. What stands there is not trusted until parseContract has seen it. */
export const contractSchema = z.strictObject({
  version: z.literal(1).describe('Version of this shape.'),
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]*$/, 'lower-case letters, digits and dashes')
    .max(100)
    .describe('Its name in ids and file names.'),
  title: sentence.describe('Its title in reports.'),
  platform: z
    .enum([...new Set([...platformNames, ...serverNames])])
    .optional()
    .describe(
      'The platform that the database runs on. What hasura, postgraphile, postgrest and supabase bring is part of this contract, and is made before the first migration; a key that is null here is not brought. Of the others it is known what the provider keeps on its servers, which is listed and not judged: see docs/managed-servers.md. Default: recognised in the catalog.',
    ),
  proof: z
    .enum(proofLevels)
    .optional()
    .describe(
      'How far it must be proven to pass. catalog: read from the catalogs. login: statements and suites of real logins, whose controls need no superuser. full: with a superuser’s controls. Default: full for `run`; for `check`, the highest that the URLs allow.',
    ),
  postgres: z.int().min(14).default(16).describe('Major version the proof runs on unless --pg says otherwise.'),
  revisions: z
    .strictObject({
      baseline: name.describe('The last migration before what the contract asks for.'),
      head: name
        .default(latest)
        .describe(
          'The last migration that is judged. Default: latest, the newest file; for a command, the word it takes for that.',
        ),
    })
    .describe('Migrations up to here, by phase.')
    .default({ baseline: nothing, head: latest }),
  databases: z
    .strictObject({
      baseline: name.describe('Database of the baseline phase.'),
      head: name.describe('Database of the head phase.'),
    })
    .describe('Database names, by phase.')
    .default({ baseline: 'rolecall_baseline', head: 'rolecall_head' }),
  migrations: migrations.describe('How the database is migrated.'),
  provision: z
    .strictObject({
      before: file.optional().describe('SQL file that runs before migrations: roles that they take for granted.'),
      after: file.optional().describe('SQL file that runs after migrations: memberships, settings.'),
    })
    .default({})
    .describe('What happens outside migrations, relative to the contract file.'),
  migrator: migrator.optional(),
  seeds: file.optional().describe('Folder of .sql files, run in order after provisioning.'),
  suites: file.default('../pgtap/suites').describe('Folder of the pgTAP suites, relative to the contract file.'),
  controls: file
    .default('../pgtap/controls')
    .describe('Folder of the damage that must turn each suite red, relative to the contract file.'),
  sessions: recordOf(session).prefault({}).describe('How logins become somebody, by name.'),
  tenancy: tenancy.optional().describe('How a session becomes a tenant, and which tenants are tried.'),
  code: code.optional(),
  identities: recordOf(identity).describe('Every role that may have anything here, by name.'),
  database: z
    .strictObject({ grants: grantsOf('database') })
    .prefault({})
    .describe('The database itself.'),
  schemas: recordOf(plainObject('schema')).prefault({}).describe('Schemas, by name.'),
  tables: recordOf(table)
    .prefault({})
    .describe(
      'Tables and views, as schema.name. In the key of any object, and in its grants, needs and denies, {name} is a value of the tenant: it stands for one of the own tenant and one of the other.',
    ),
  functions: recordOf(fn).prefault({}).describe('Functions, as schema.name(argument types).'),
  sequences: recordOf(plainObject('sequence')).prefault({}).describe('Sequences, as schema.name.'),
  types: recordOf(plainObject('type')).prefault({}).describe('Domains, enums, ranges and composite types.'),
  extensions: z.array(name).default([]).describe('Extensions whose own objects are not judged.'),
  future: future.default({}),
  accepted: z
    .array(acceptance)
    .default([])
    .describe('Findings that are known and accepted for a time. They stay visible.'),
  deficiencies: z
    .array(deficiency)
    .default([])
    .describe('What was wrong at baseline, each with how it must be seen to be so, and to be fixed at head.'),
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

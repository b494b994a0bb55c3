import { z } from 'zod';

import { layoutNames } from './layouts.ts';
import { file, name, recordOf, sentence } from './vocabulary.ts';

const timeout = z
  .number()
  .min(0.1, 'is less than a tenth of a second')
  .max(86_400)
  .default(300)
  .meta({
    description: 'The seconds that one migration file, or one call of the command, may take.',
    examples: [600],
  });

const migrateAs = name.optional().meta({
  description:
    'The role that runs the migrations, as a real login. It owns what it creates, and its settings and default privileges apply. The file `provision.before` creates it. Default: the superuser.',
  examples: ['owner'],
});

const folderOfSql = z
  .strictObject({
    folder: file.meta({
      description: 'The folder of the migrations, or one file that holds all of them, relative to the contract file.',
      examples: ['migrations', '../schema.sql'],
    }),
    layout: z
      .enum(layoutNames)
      .optional()
      .meta({
        description:
          'The tool whose file layout the folder has. Default: recognised by the shape of the folder; `plain` where no tool matches.',
        examples: ['flyway'],
      }),
    placeholders: recordOf(
      z
        .union([z.string(), z.number(), z.boolean()])
        .transform(String)
        .meta({ description: 'The value of the placeholder.' }),
    )
      .optional()
      .meta({
        description:
          'The values that the tool fills in, by name of the placeholder: ${x} of Flyway, :X of graphile-migrate, a variable of psql.',
        examples: [{ app_role: 'app_rw' }],
      }),
    as: migrateAs,
    stand_ins: recordOf(file.meta({ description: 'The SQL file, relative to the contract file.' }))
      .optional()
      .meta({
        description:
          'SQL files that replace extensions which the server lacks, by name of the extension. The superuser runs a file before the first migration; its objects count as the extension, and CREATE EXTENSION is skipped.',
        examples: [{ pg_cron: 'stand-ins/pg_cron.sql' }],
      }),
    timeout,
  })
  .meta({
    description: 'A folder of SQL files. They run as the tool that owns the layout runs them: see docs/migrations.md.',
    examples: [{ folder: 'migrations', layout: 'flyway' }],
  });

const program = z
  .strictObject({
    command: z
      .array(z.string())
      .min(1)
      .meta({
        description:
          'The program and its arguments. `{revision}` in an argument is replaced by the revision, `{direction}` by up or down.',
        examples: [['alembic', 'upgrade', '{revision}']],
      }),
    down: z
      .array(z.string())
      .min(1)
      .optional()
      .meta({
        description:
          'The program and arguments that take a database down to `{revision}`. Default: `command` where it contains `{direction}`; without either, downgrades are not tried.',
        examples: [['alembic', 'downgrade', '{revision}']],
      }),
    url_env: name.meta({
      description: 'The environment variable in which the program gets the URL of the database.',
      examples: ['DATABASE_URL'],
    }),
    cwd: file.default('..').meta({
      description: 'The folder in which the program starts, relative to the contract file.',
      examples: ['../backend'],
    }),
    as: migrateAs,
    timeout,
  })
  .meta({
    description: 'A program that migrates the database whose URL it gets in an environment variable.',
    examples: [{ command: ['alembic', 'upgrade', '{revision}'], url_env: 'DATABASE_URL' }],
  });

const without = z
  .strictObject({
    none: sentence.meta({
      description: 'The reason why there are no migrations.',
      examples: ['The database was made by hand in 2019.'],
    }),
  })
  .meta({
    description:
      'No migrations. Then `check` judges a live database, and the commands that build a database are refused.',
    examples: [{ none: 'The database was made by hand in 2019.' }],
  });

/** How the database gets to a revision. */
export const migrations = z.union([folderOfSql, program, without]).meta({
  description: 'How the database is migrated: by a folder of SQL, by a program, or not at all.',
  examples: [{ folder: 'migrations' }],
});

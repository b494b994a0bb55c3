import { z } from 'zod';

import { customSetting, name, onMissing, onMissingContext, recordOf, sentence } from './vocabulary.ts';

const template = 'In braces the name of a value of the tenant, as {tenant}.';

export const session = z
  .strictObject({
    title: sentence
      .optional()
      .describe(`Who it is, in the words of those who work with it, for the console and the report. ${template}`),
    login: name.describe(`The login that opens it, over a connection of its own. ${template}`),
    role: name.optional().describe(`The role that it assumes, by SET LOCAL ROLE. ${template}`),
    set: recordOf(z.string().describe(`The value. ${template}`))
      .prefault({})
      .describe(
        'Settings that it makes, by set_config: custom ones, and search_path. In one that is a JSON document values are escaped.',
      ),
    run: z
      .array(sentence.describe(`A statement. ${template}`))
      .default([])
      .describe('Statements that it runs, as a function that sets the tenant.'),
    sees: z
      .enum(['whose', 'all', 'open'])
      .default('whose')
      .describe(
        'whose: the rows of the tenant it is filled from. all: every row of what it may read. open: what is open alone.',
      ),
  })
  .describe('How a login becomes somebody.');

const tenant = (what: string) =>
  z
    .union([z.string(), recordOf(z.string().describe('The value.'))])
    .describe(`${what} A text, or several values by name, as { user: …, org: … }; a text is { tenant: … }.`);

export const tenancy = z
  .strictObject({
    setting: customSetting
      .optional()
      .describe('Setting that holds the tenant of the session: the short form of a session.'),
    session: z
      .union([name, z.array(name).min(1)])
      .optional()
      .describe('Sessions that are filled from a tenant, each of which is tried.'),
    column: name
      .optional()
      .describe('Column of the tenant; a table that has row security and this column is tenant-isolated.'),
    own: tenant('A seeded tenant.'),
    other: tenant('Another seeded tenant.'),
    unknown: tenant('Values of the right type that are no tenant.'),
    invalid: tenant('Values that are not of the right type. For a text leave it out: every text is one.').optional(),
    on_missing_context: onMissingContext,
    on_missing: onMissing,
  })
  // What of the rest is wrong does not hide it.
  .refine((given) => given.setting === undefined || given.column !== undefined, {
    error: 'is missing',
    path: ['column'],
    when: ({ value }) => typeof value === 'object' && value !== null,
  });

/** Whose rows the rows of a table are. */
export const rows = z
  .union([
    z.enum(['all', 'none']),
    z
      .strictObject({
        column: name.describe('The column that says whose a row is.'),
        is: name.optional().describe('Name of the value of the tenant that it holds. Default: the one of its name.'),
      })
      .describe('A column that holds a value of the tenant.'),
    z
      .strictObject({
        via: z.union([name, z.array(name).min(1)]).describe('Columns of a foreign key.'),
      })
      .describe('A row is whose the row is to which it refers.'),
    z
      .strictObject({
        of: z.enum(['own', 'other']).describe('The tenant.'),
        by: z
          .array(name)
          .min(1)
          .optional()
          .describe('Names of the values by which a session is that tenant. Default: all of them.'),
      })
      .describe('Every row is that tenant’s, as in a schema of its own.'),
    sentence.describe('A condition in SQL, with :name for a value of the tenant and :identity for the role.'),
  ])
  .optional()
  .describe(
    'Whose its rows are, whatever the policies say: a session sees exactly these. all: shared on purpose. none: no session sees any. Default: by the column of tenancy.',
  );

export const open = sentence.optional().describe('Rows that every session may read as well, as a condition in SQL.');

import { z } from 'zod';

import { customSetting, name, onMissing, onMissingContext, recordOf, sentence } from './vocabulary.ts';

const template = '`{tenant}` and the like are replaced by values of the tenant.';

export const session = z
  .strictObject({
    title: sentence.optional().meta({
      description: `Who the session is, in the words of the people who work with it, for console and report. ${template}`,
      examples: ['a user of {tenant}'],
    }),
    login: name.meta({
      description: `The login that opens the session, over a connection of its own. ${template}`,
      examples: ['app'],
    }),
    role: name.optional().meta({
      description: `The role that the login assumes, by SET LOCAL ROLE. ${template}`,
      examples: ['app_rw'],
    }),
    set: recordOf(z.string().meta({ description: `The value of the setting. ${template}` }))
      .prefault({})
      .meta({
        description:
          'The settings that the session makes by set_config, by name: custom settings and search_path. Values inside a JSON document are escaped.',
        examples: [{ 'app.tenant': '{tenant}' }],
      }),
    run: z
      .array(sentence.meta({ description: `A statement. ${template}` }))
      .default([])
      .meta({
        description: `The statements that the session runs, such as a call of a function that sets the tenant. ${template}`,
        examples: [["select security.become('{tenant}')"]],
      }),
    sees: z
      .enum(['whose', 'all', 'open'])
      .default('whose')
      .meta({
        description:
          'The rows that the session must see. `whose`: the rows of its tenant. `all`: every row of the tables that it may read. `open`: the open rows alone.',
        examples: ['all'],
      }),
  })
  .meta({
    description: 'How a login becomes somebody.',
    examples: [{ login: 'app', set: { 'app.tenant': '{tenant}' } }],
  });

const tenant = (description: string, example: string) =>
  z.union([z.string(), recordOf(z.string().meta({ description: 'The value.' }))]).meta({
    description: `${description} One text, or several values by name, as { user: …, org: … }. A text means { tenant: … }.`,
    examples: [example],
  });

export const tenancy = z
  .strictObject({
    setting: customSetting.optional().meta({
      description:
        'The setting that holds the tenant of a session: the short form of a session with one setting. Needs `column`.',
      examples: ['app.tenant'],
    }),
    session: z
      .union([name, z.array(name).min(1)])
      .optional()
      .meta({
        description: 'The session, or the list of sessions, that is filled from a tenant. Each is tried.',
        examples: ['user'],
      }),
    column: name.optional().meta({
      description:
        'The column that holds the tenant of a row. A table with row-level security and this column is isolated by tenant.',
      examples: ['tenant_id'],
    }),
    own: tenant('A tenant that the seeds contain.', '11111111-1111-4111-8111-111111111111'),
    other: tenant('Another tenant that the seeds contain.', '22222222-2222-4222-8222-222222222222'),
    unknown: tenant(
      'A tenant that does not exist, with values of the right type.',
      '33333333-3333-4333-8333-333333333333',
    ),
    invalid: tenant(
      'Values that do not have the right type. Omit it where the type is text: every text is valid.',
      'not-a-uuid',
    ).optional(),
    on_missing_context: onMissingContext,
    on_missing: onMissing,
  })
  // This check runs even if other keys are wrong.
  .refine((given) => given.setting === undefined || given.column !== undefined, {
    error: 'is missing',
    path: ['column'],
    when: ({ value }) => typeof value === 'object' && value !== null,
  })
  .meta({
    description: 'How a session becomes a tenant, and which tenants are tried.',
    examples: [{ setting: 'app.tenant', column: 'tenant_id', own: 'a', other: 'b', unknown: 'c' }],
  });

/** Who owns the rows of a table. */
export const rows = z
  .union([
    z.enum(['all', 'none']),
    z
      .strictObject({
        column: name.meta({ description: 'The column that says whose a row is.', examples: ['tenant_id'] }),
        is: name.optional().meta({
          description:
            'The name of the tenant’s value that the column holds. Default: the value with the column’s name.',
          examples: ['tenant'],
        }),
      })
      .meta({
        description: 'A column holds a value of the tenant.',
        examples: [{ column: 'tenant_id', is: 'tenant' }],
      }),
    z
      .strictObject({
        via: z
          .union([name, z.array(name).min(1)])
          .meta({ description: 'The column, or columns, of the foreign key.', examples: ['order_id'] }),
      })
      .meta({
        description: 'A row belongs to whoever owns the row that its foreign key refers to.',
        examples: [{ via: 'order_id' }],
      }),
    z
      .strictObject({
        of: z
          .enum(['own', 'other'])
          .meta({ description: 'The tenant that owns every row of the table.', examples: ['own'] }),
        by: z
          .array(name)
          .min(1)
          .optional()
          .meta({
            description: 'The names of the values by which a session is that tenant. Default: all of them.',
            examples: [['tenant']],
          }),
      })
      .meta({
        description: 'Every row belongs to one tenant, as in a schema of its own.',
        examples: [{ of: 'own' }],
      }),
    sentence.meta({
      description: 'A condition in SQL. :name is a value of the tenant, :identity is the role.',
      examples: ['tenant_id = :tenant'],
    }),
  ])
  .optional()
  .meta({
    description:
      'Whose the rows are, independent of the policies: a session must see exactly these rows. `all`: the rows are shared on purpose. `none`: no session sees a row. Default: decided by `tenancy.column`.',
    examples: ['all', { column: 'tenant_id' }, 'tenant_id = :tenant'],
  });

export const open = sentence.optional().meta({
  description: 'The rows that every session may read besides its own, as a condition in SQL.',
  examples: ['is_public'],
});

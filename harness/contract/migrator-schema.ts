import { z } from 'zod';

import { serverNames } from './servers/server-profile.ts';
import { attributes, file, name } from './vocabulary.ts';

/** The role that runs migrations in production, where nobody is a superuser. */
export const migrator = z
  .strictObject({
    role: name.optional().meta({
      description:
        'The role that runs provisioning and migrations in production. Default: the identity of kind `migrator`; where no such identity fits, the role that the provider gives its customer.',
      examples: ['admin'],
    }),
    attributes: z
      .array(z.enum(attributes))
      .optional()
      .meta({
        description:
          'All attributes of the role. It always has LOGIN. Default: the attributes of the provider’s admin role.',
        examples: [['LOGIN', 'INHERIT', 'CREATEROLE', 'CREATEDB']],
      }),
    member_of: z
      .array(name)
      .optional()
      .meta({
        description:
          'The roles of the server or platform that the role is a member of. Default: those of the provider’s admin role.',
        examples: [['rds_superuser']],
      }),
    platform: z
      .enum(serverNames)
      .optional()
      .meta({
        description:
          'The provider that production runs on. Its roles are created, and what it allows and refuses applies. Default: `platform` of the contract where that names a provider, otherwise `stock`.',
        examples: ['rds'],
      }),
    given: file.optional().meta({
      description:
        'A SQL file that the provider’s superuser runs first: what the provider grants and the migrator could not grant itself. The path is relative to the contract file.',
      examples: ['provision/given.sql'],
    }),
  })
  .meta({
    description:
      'The migrator of production. Head is built once more as this role, without a superuser, on a server that has the roles of the provider.',
    examples: [{ role: 'admin', platform: 'rds' }],
  });

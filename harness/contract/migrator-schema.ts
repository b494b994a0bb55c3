import { z } from 'zod';

import { serverNames } from './servers/server-profile.ts';
import { attributes, file, name } from './vocabulary.ts';

/** Who runs migrations in production, where nobody is a superuser. */
export const migrator = z
  .strictObject({
    role: name
      .optional()
      .describe(
        'The role that runs provisioning and migrations in production. Default: the identity of kind migrator; where there is none that it could be, the role that the platform gives its customer.',
      ),
    attributes: z
      .array(z.enum(attributes))
      .optional()
      .describe('All its attributes. It logs in whatever stands here. Default: those of the platform’s admin.'),
    member_of: z
      .array(name)
      .optional()
      .describe('Roles of the server or of the platform that it is in. Default: those of the platform’s admin.'),
    platform: z
      .enum(serverNames)
      .optional()
      .describe(
        'The server that production runs on: its roles are made, and what it allows and refuses holds. Default: the platform of the contract where that is a server, else stock.',
      ),
    given: file
      .optional()
      .describe(
        'SQL file that the platform’s superuser runs before: what whoever provides the server gives, and the migrator could not give itself. Relative to the contract file.',
      ),
  })
  .describe(
    'The migrator of production: head is built once more as this role, which is no superuser, on a server that has the roles of its platform.',
  );

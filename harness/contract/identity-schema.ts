import { z } from 'zod';

import { attributes, name, recordOf } from './vocabulary.ts';

const membership = z.union([
  name.meta({ description: 'A role. The membership has INHERIT and SET, and not ADMIN.' }),
  z
    .strictObject({
      role: name.meta({ description: 'The role that the identity is a member of.', examples: ['app_rw'] }),
      inherit: z
        .boolean()
        .default(true)
        .meta({ description: 'Whether the membership is WITH INHERIT.', examples: [false] }),
      set: z
        .boolean()
        .default(true)
        .meta({ description: 'Whether the membership is WITH SET.', examples: [false] }),
      admin: z
        .boolean()
        .default(false)
        .meta({ description: 'Whether the membership is WITH ADMIN.', examples: [true] }),
    })
    .meta({
      description: 'A role, with the options of the membership.',
      examples: [{ role: 'app_rw', inherit: false }],
    }),
]);

/** What the contract says of a role. */
export const identity = z
  .strictObject({
    kind: z.enum(['login', 'group', 'definer', 'migrator', 'platform']).meta({
      description:
        '`login`: a service connects as the role. `group`: NOLOGIN, holds grants. `definer`: NOLOGIN, owns SECURITY DEFINER functions. `migrator`: runs migrations. `platform`: a role of the platform; it is not judged and may be absent.',
      examples: ['login'],
    }),
    attributes: z
      .array(z.enum(attributes))
      .optional()
      .meta({
        description:
          'All attributes of the role. Default: LOGIN and INHERIT for a login, INHERIT for a group or definer. The attributes of a migrator or platform role are not judged.',
        examples: [['LOGIN', 'INHERIT']],
      }),
    member_of: z
      .array(membership)
      .default([])
      .meta({
        description: 'All roles that the role is a direct member of.',
        examples: [['app_rw'], [{ role: 'app_rw', inherit: false }]],
      }),
    settings: recordOf(z.string().meta({ description: 'The value of the setting.' }))
      .prefault({})
      .meta({
        description: 'All settings that ALTER ROLE … SET gives the role, by name.',
        examples: [{ statement_timeout: '5s' }],
      }),
    url_env: name.optional().meta({
      description: 'The environment variable that holds the connection URL of this login on a live system.',
      examples: ['DATABASE_URL'],
    }),
  })
  .meta({ description: 'A role that the contract names.', examples: [{ kind: 'login', member_of: ['app_rw'] }] });

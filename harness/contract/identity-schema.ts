import { z } from 'zod';

import { attributes, name, recordOf } from './vocabulary.ts';

const membership = z.union([
  name.describe('A role, with INHERIT and SET and without ADMIN.'),
  z
    .strictObject({
      role: name.describe('The group.'),
      inherit: z.boolean().default(true).describe('WITH INHERIT.'),
      set: z.boolean().default(true).describe('WITH SET.'),
      admin: z.boolean().default(false).describe('WITH ADMIN.'),
    })
    .describe('A role, with the options of the membership.'),
]);

/** What the contract says of a role. */
export const identity = z
  .strictObject({
    kind: z
      .enum(['login', 'group', 'definer', 'migrator', 'platform'])
      .describe(
        'login: a service connects as it. group: NOLOGIN, holds grants. definer: NOLOGIN, owns SECURITY DEFINER functions. migrator: runs migrations. platform: the platform’s own, which is not judged and may be missing.',
      ),
    attributes: z
      .array(z.enum(attributes))
      .optional()
      .describe(
        'All attributes it has. Default: LOGIN and INHERIT for a login, INHERIT for a group or definer; a migrator and a role of the platform are not judged.',
      ),
    member_of: z.array(membership).default([]).describe('All roles it is a direct member of.'),
    settings: recordOf(z.string().describe('The value.'))
      .prefault({})
      .describe('All settings given by ALTER ROLE … SET.'),
    url_env: name.optional().describe('Variable that holds this login’s connection URL on a live system.'),
  })
  .describe('A role that the contract names.');

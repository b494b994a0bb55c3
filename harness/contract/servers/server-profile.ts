import { readFileSync } from 'node:fs';

import { parse } from 'yaml';
import { z } from 'zod';

import { sha256 } from '../../common/digest.ts';
import { attributes, name, recordOf, sentence } from '../vocabulary.ts';

/** Kinds of server of which it is known what its provider keeps there: a file each, beside this one. */
export const serverNames = [
  'stock',
  'rds',
  'aurora',
  'cloudsql',
  'alloydb',
  'azure',
  'supabase',
  'neon',
  'cloudnativepg',
  'crunchy',
] as const;
export type ServerName = (typeof serverNames)[number];

const names = z.array(name).default([]);

/** A role as its provider makes it. */
const roleSchema = z.strictObject({
  attributes: z.array(z.enum(attributes)).default([]),
  member_of: names,
  /** Those of them that it may give on: a membership with ADMIN OPTION. */
  administers: names,
  /** Settings that the provider gives it. */
  settings: names,
  /** Whether it can do something that no attribute and no grant shows. */
  power: z.boolean().default(false),
});

/** Names that tell a provider together: each of them must be there. */
const cluesSchema = z.strictObject({ roles: names, schemas: names, extensions: names });

/** What a provider keeps on each of its servers. In lists of names, `*` stands for any characters. */
const profileSchema = z.strictObject({
  title: sentence,
  /** The provider's documents that this is taken from. */
  source: z.array(sentence).min(1),
  /** Any one of these tells the provider, where its superuser is one. */
  recognised_by: z.array(cluesSchema).default([]),
  /** The name of the superuser, whom the provider keeps for itself unless it hands it to its customer. */
  superuser: name,
  superuser_is_handed_out: z.boolean().default(false),
  /** The provider's roles, with what they are. */
  roles: recordOf(roleSchema).prefault({}),
  /** Names of further roles that the provider makes on some servers. */
  other_roles: names,
  /** Databases that the provider keeps for itself. */
  databases: names,
  schemas: names,
  /** Extensions that the provider puts into databases by itself. */
  extensions: names,
  /** Extensions that its admin may create, though PostgreSQL asks for a superuser. */
  allowed_extensions: names,
  /** Settings that the provider gives roles or databases. */
  settings: names,
  /** The role that a customer gets: the name it has unless the customer chose another, and what it is. */
  admin: roleSchema.extend({ role: name, named_by_customer: z.boolean().default(false) }),
  /** Commands that the provider lets its admin give, and PostgreSQL only a superuser. */
  allows: z.array(z.strictObject({ command: name, source: sentence })).default([]),
  /** Statements that the provider refuses and PostgreSQL would not, as far as its documents say so. */
  refuses: z
    .array(
      z.strictObject({
        /** Command tag, as event triggers know it, or ALTER ROLE and the like. */
        command: name,
        /** Names of the objects that it is refused for. */
        objects: names,
        message: sentence,
        source: sentence,
      }),
    )
    .default([]),
});

export type ServerProfile = z.infer<typeof profileSchema> & { name: ServerName; sha256: string };

const profiles = new Map<ServerName, ServerProfile>();

/** Reads what is known of a provider's servers. */
export function readServerProfile(name: ServerName): ServerProfile {
  const known = profiles.get(name);
  if (known !== undefined) {
    return known;
  }
  const text = readFileSync(new URL(`${name}.yaml`, import.meta.url), 'utf8');
  const profile = { name, sha256: sha256(text), ...profileSchema.parse(parse(text)) };
  profiles.set(name, profile);
  return profile;
}

/** Whether a name is one of a kind of server that is known. */
export function isServerName(name: string | undefined): name is ServerName {
  return (serverNames as readonly (string | undefined)[]).includes(name);
}

import { readFileSync } from 'node:fs';

import { parse } from 'yaml';
import { z } from 'zod';

import { sha256 } from '../../common/digest.ts';
import { attributes, name, recordOf, sentence } from '../vocabulary.ts';

/** Kinds of server with a known provider, each with a file beside this one. */
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

/** A role as its provider creates it. */
const roleSchema = z.strictObject({
  attributes: z.array(z.enum(attributes)).default([]),
  member_of: names,
  /** Those of them that it may grant to others: a membership with ADMIN OPTION. */
  administers: names,
  /** Settings that the provider gives it. */
  settings: names,
  /** Whether it has a power that no attribute and no grant shows. */
  power: z.boolean().default(false),
});

/** Names that together identify a provider: each of them must exist. */
const cluesSchema = z.strictObject({ roles: names, schemas: names, extensions: names });

/** What a provider keeps on each of its servers. In lists of names, `*` stands for any characters. */
const profileSchema = z.strictObject({
  title: sentence,
  /** The provider's documents that this is taken from. */
  source: z.array(sentence).min(1),
  /** Any one of these identifies the provider, if its superuser is one. */
  recognised_by: z.array(cluesSchema).default([]),
  /** The name of the superuser. The provider keeps it unless it gives it to its customer. */
  superuser: name,
  superuser_is_handed_out: z.boolean().default(false),
  /** The provider's roles and their properties. */
  roles: recordOf(roleSchema).prefault({}),
  /** Names of further roles that the provider creates on some servers. */
  other_roles: names,
  /** Databases that the provider keeps for itself. */
  databases: names,
  schemas: names,
  /** Extensions that the provider itself installs in databases. */
  extensions: names,
  /** Extensions that its admin may create although PostgreSQL requires a superuser. */
  allowed_extensions: names,
  /** Settings that the provider gives roles or databases. */
  settings: names,
  /** The role that a customer gets: its name, unless the customer chose another, and its properties. */
  admin: roleSchema.extend({ role: name, named_by_customer: z.boolean().default(false) }),
  /** Commands that the provider lets its admin run and PostgreSQL only a superuser. */
  allows: z.array(z.strictObject({ command: name, source: sentence })).default([]),
  /** Statements that the provider refuses and PostgreSQL would not, as far as its documents say. */
  refuses: z
    .array(
      z.strictObject({
        /** The command tag, as event triggers report it, or ALTER ROLE and the like. */
        command: name,
        /** Names of the objects for which it is refused. */
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

/** Whether a name is that of a known kind of server. */
export function isServerName(name: string | undefined): name is ServerName {
  return (serverNames as readonly (string | undefined)[]).includes(name);
}

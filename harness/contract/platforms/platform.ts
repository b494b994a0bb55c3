import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { parse } from 'yaml';
import { z } from 'zod';

import { sha256 } from '../../common/digest.ts';
import { file, recordOf, sentence } from '../vocabulary.ts';

/** Platforms that Rolecall knows, each with a folder beside this file. */
export const platformNames = ['hasura', 'postgraphile', 'postgrest', 'supabase'] as const;
export type PlatformName = (typeof platformNames)[number];

/** `platform.yaml`: what a platform adds to every project on it. */
const platformSchema = z.strictObject({
  title: sentence,
  /** The platform's documents that this is taken from. */
  source: sentence,
  /** SQL that creates on a plain server what migrations for the platform expect. */
  provision: file,
  /** A part of a contract, which the project's own contract completes. */
  contract: recordOf(z.unknown()),
});

export type Platform = Omit<z.infer<typeof platformSchema>, 'provision'> & {
  /** Path of the SQL. */
  provision: string;
  /** The digest of its two files. */
  sha256: string;
};

/** Reads what is known of a platform. */
export function readPlatform(name: PlatformName): Platform {
  const folder = new URL(`${name}/`, import.meta.url);
  const text = readFileSync(new URL('platform.yaml', folder), 'utf8');
  const platform = platformSchema.parse(parse(text));
  const provision = fileURLToPath(new URL(platform.provision, folder));
  return { ...platform, provision, sha256: sha256(`${text}\0${readFileSync(provision, 'utf8')}`) };
}

/** Whether a name is that of a platform that adds something to a contract. */
export function isPlatformName(name: unknown): name is PlatformName {
  return (platformNames as readonly unknown[]).includes(name);
}

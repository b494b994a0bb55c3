import { parse } from 'yaml';

import { messageOf, RolecallError } from '../../common/errors.ts';
import type { Listing } from './listing.ts';

const rootName = /^(?:[^/]*changelog[^/]*|root|master|[^/]*-master)\.(?:ya?ml|json|xml)$/i;

interface Include {
  path: string;
  /** Whether every file below it is included. */
  isAll: boolean;
  isRelative: boolean;
}

/** The SQL files that the roots of a changelog include, in order; without a root, all by their path. */
export function includedBy(listing: Listing): { files: string[]; roots: string[] } {
  const root = listing.names.filter((name) => rootName.test(name)).toSorted((a, b) => a.length - b.length)[0];
  if (root === undefined) {
    return { files: listing.names.filter((name) => name.endsWith('.sql') && !name.startsWith('../')), roots: [] };
  }
  const files: string[] = [];
  const roots: string[] = [];
  const take = (file: string): void => {
    if (roots.includes(file) || files.includes(file)) {
      return;
    }
    if (file.endsWith('.sql')) {
      files.push(file);
      return;
    }
    roots.push(file);
    for (const include of includesOf(listing, file)) {
      placesOf(listing, file, include).forEach(take);
    }
  };
  take(root);
  return { files, roots };
}

/**
 * The files that an include may mean: its path is relative to the file, or to a search path that ends in one of our parent
 * folders.
 */
function placesOf(listing: Listing, from: string, { path, isAll, isRelative }: Include): string[] {
  const clean = path
    .replace(/^classpath:/, '')
    .replace(/^\.?\//, '')
    .replace(/\/$/, '');
  const folder = from.includes('/') ? from.slice(0, from.lastIndexOf('/') + 1) : '';
  const words = clean.split('/');
  const beginnings = [
    ...(isRelative ? [`${folder}${clean}`] : []),
    ...words.map((_, at) => words.slice(at).join('/')),
    `${folder}${clean}`,
  ];
  const matches = (beginning: string) =>
    listing.names.filter((name) =>
      isAll ? name.startsWith(`${beginning}/`) && /\.(?:sql|xml|ya?ml|json)$/.test(name) : name === beginning,
    );
  const found = beginnings.map(matches).find((names) => names.length > 0);
  if (found !== undefined) {
    return found;
  }
  // The include means the folder itself.
  const isHere = isAll && listing.folder.replaceAll('\\', '/').endsWith(words.at(-1)!);
  if (isHere) {
    return listing.names.filter(
      (name) => /\.(?:sql|xml|ya?ml|json)$/.test(name) && !name.startsWith('../') && name !== from,
    );
  }
  throw new RolecallError('bad-contract', {
    message: `${listing.folder}/${from} includes ${path}, which is not in that folder`,
    next: 'Name the folder that holds the root and what it includes under migrations.folder in the contract.',
  });
}

function includesOf(listing: Listing, file: string): Include[] {
  const text = listing.text(file);
  return file.endsWith('.xml') ? fromXml(listing, file, text) : fromYaml(listing, file, text);
}

function fromXml(listing: Listing, file: string, text: string): Include[] {
  const bare = text.replaceAll(/<!--[^]*?-->/g, '');
  if (/<changeSet\b/.test(bare)) {
    throw refusal(listing, file, 'has change sets of its own, which are not SQL');
  }
  return [...bare.matchAll(/<(include|includeAll)\b([^>]*)>/g)].map(([, word, rest]) => {
    const value = (name: string) => new RegExp(`\\b${name}\\s*=\\s*["']([^"']*)["']`).exec(rest!)?.[1];
    return {
      path: value('file') ?? value('path') ?? '',
      isAll: word === 'includeAll',
      isRelative: value('relativeToChangelogFile') === 'true',
    };
  });
}

interface Entry {
  include?: { file: string; relativeToChangelogFile?: boolean };
  includeAll?: { path: string; relativeToChangelogFile?: boolean };
  changeSet?: unknown;
}

function fromYaml(listing: Listing, file: string, text: string): Include[] {
  const entries = entriesOf(listing, file, text);
  if (entries.some(({ changeSet }) => changeSet !== undefined)) {
    throw refusal(listing, file, 'has change sets of its own, which are not SQL');
  }
  return entries.flatMap(({ include, includeAll }) => {
    const one = include?.file ?? includeAll?.path;
    const isRelative = (include ?? includeAll)?.relativeToChangelogFile === true;
    return one === undefined ? [] : [{ path: one, isAll: include === undefined, isRelative }];
  });
}

function entriesOf(listing: Listing, file: string, text: string): Entry[] {
  try {
    const { databaseChangeLog } = (parse(text) ?? {}) as { databaseChangeLog?: Entry[] };
    return [databaseChangeLog ?? []].flat();
  } catch (error) {
    throw refusal(listing, file, `cannot be read: ${messageOf(error)}`);
  }
}

/** The `bad-contract` error for what only Liquibase itself can run. */
export function refusal(listing: Listing, file: string, what: string): RolecallError {
  return new RolecallError('bad-contract', {
    message: `${listing.folder}/${file} ${what}`,
    next: 'Let Liquibase itself migrate: migrations: { command: [liquibase, …], url_env: … }.',
  });
}

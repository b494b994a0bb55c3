import { parse } from 'yaml';

import { messageOf, RolecallError } from '../../common/errors.ts';
import type { Layout, Migration, Part, Steps } from './layout.ts';
import type { Listing } from './listing.ts';
import { byNumber, wholeFile, withoutTwins } from './parts.ts';

const committed = /^committed\/(\d+)(?:-[^/]*)?\.sql$/;
const settingsFiles = ['../.gmrc', '.gmrc'];

/**
 * graphile-migrate: what is committed, by number, then what is current; `:PLACEHOLDER`s are filled in wherever they stand. What its
 * settings run after a reset runs first.
 */
export const graphileMigrate: Layout = {
  name: 'graphile-migrate',
  recognises: (listing) =>
    listing.names.some((name) => committed.test(name) && /^--! Previous:/m.test(listing.text(name).slice(0, 500))),
  read,
};

function read(listing: Listing): Steps {
  const part = (file: string): Part => ({
    ...wholeFile(listing, file),
    text: withIncludes(listing, file),
    fills: 'colon',
  });
  const numberOf = (name: string) => committed.exec(name)![1]!;
  const migrations: Migration[] = listing.names
    .filter((name) => committed.test(name))
    .toSorted(byNumber(numberOf, (name) => name))
    .map((file) => ({ revision: numberOf(file), file, up: [part(file)] }));
  const current = listing.names.filter((name) => name === 'current.sql' || /^current\/\d+[^/]*\.sql$/.test(name));
  // The file is there also where nothing is being written.
  if (current.some((name) => hasStatement(withIncludes(listing, name)))) {
    migrations.push({ revision: 'current', file: current[0]!, up: current.map(part) });
  }
  const settingsFile = settingsFiles.find((name) => listing.names.includes(name));
  const { placeholders = {}, afterReset } = settingsFile === undefined ? {} : settingsOf(listing, settingsFile);
  const actions = [afterReset ?? []].flat();
  const scripts = actions.flatMap((action) => scriptOf(action));
  return {
    migrations: withoutTwins(listing, migrations),
    first: scripts.map(({ file, superuser }) => ({
      ...required(listing, file, part),
      ...(superuser ? { superuser } : {}),
    })),
    placeholders: Object.fromEntries(Object.entries(placeholders).filter(([, value]) => value !== '!ENV')),
    unused: actions
      .filter((action) => scriptOf(action).length === 0)
      .map((action) => ({ file: settingsFile!, why: `a program: ${JSON.stringify(action)}` })),
    needs: Object.keys(placeholders).filter((name) => placeholders[name] === '!ENV'),
    marks: listing.names.filter((name) => name === settingsFile || name.startsWith('fixtures/')),
  };
}

interface Settings {
  placeholders?: Record<string, string>;
  afterReset?: unknown;
}

function settingsOf(listing: Listing, file: string): Settings {
  try {
    // JSON5, which is YAML but for its comments.
    const text = listing
      .text(file)
      .replaceAll(
        /("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|\/\/[^\n]*|\/\*[^]*?\*\//g,
        (_, literal?: string) => literal ?? '',
      );
    return (parse(text) ?? {}) as Settings;
  } catch (error) {
    throw new RolecallError('bad-contract', {
      message: `${listing.folder}/${file} cannot be read: ${messageOf(error)}`,
      cause: error,
      next: 'Correct it, or take it out of the way.',
    });
  }
}

/** The script that an action runs; one whose name begins with ! is run by the superuser. */
function scriptOf(action: unknown): { file: string; superuser: boolean }[] {
  const named = action as { _?: string; file?: string; root?: boolean };
  const file = typeof action === 'string' ? action : named?._ === 'sql' ? named.file : undefined;
  return file === undefined
    ? []
    : [{ file: file.replace(/^!/, ''), superuser: file.startsWith('!') || named.root === true }];
}

function required(listing: Listing, file: string, part: (file: string) => Part): Part {
  if (!listing.names.includes(file)) {
    throw new RolecallError('bad-contract', {
      message: `the settings of graphile-migrate run ${file} after a reset, and ${listing.folder}/${file} is not there`,
      next: 'Restore it, or take it out of afterReset.',
    });
  }
  return part(file);
}

/** A text with what it includes from `fixtures/`, in which placeholders are filled in too. */
function withIncludes(listing: Listing, file: string): string {
  return listing.text(file).replaceAll(/^--! ?include (.+?)[ \t]*$/gm, (line, name: string) => {
    const included = `fixtures/${name}`;
    return listing.names.includes(included) ? listing.text(included) : line;
  });
}

function hasStatement(text: string): boolean {
  return text.replaceAll(/--[^\n]*|\/\*[^]*?\*\//g, '').trim() !== '';
}

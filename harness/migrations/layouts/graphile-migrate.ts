import { parse } from 'yaml';

import { messageOf, RolecallError } from '../../common/errors.ts';
import type { Layout, Migration, Part, Steps } from './layout.ts';
import type { Listing } from './listing.ts';
import { byNumber, wholeFile, withoutTwins } from './parts.ts';

const committed = /^committed\/(\d+)(?:-[^/]*)?\.sql$/;
const settingsFiles = ['../.gmrc', '.gmrc'];

/**
 * graphile-migrate: the committed migrations by number, then the current one. `:PLACEHOLDER`s are filled in everywhere. What its
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
  const settingsFile = settingsFiles.find((name) => listing.has(name));
  const settings = settingsFile === undefined ? {} : settingsOf(listing, settingsFile);
  const { placeholders = {} } = settings;
  const scripts = (hook: Hook) =>
    actionsOf(settings, hook)
      .flatMap((action) => scriptOf(action))
      .map(({ file, superuser }) => ({ ...required(listing, hook, file, part), ...(superuser ? { superuser } : {}) }));
  // The file exists even if nothing is in work.
  if (current.some((name) => hasStatement(withIncludes(listing, name)))) {
    const up = [...scripts('beforeCurrent'), ...current.map(part), ...scripts('afterCurrent')];
    migrations.push({ revision: 'current', file: current[0]!, up });
  }
  return {
    migrations: withoutTwins(listing, migrations),
    first: scripts('afterReset'),
    before: scripts('beforeAllMigrations'),
    after: scripts('afterAllMigrations'),
    placeholders: Object.fromEntries(Object.entries(placeholders).filter(([, value]) => value !== '!ENV')),
    unused: hooks
      .flatMap((hook) => actionsOf(settings, hook))
      .filter((action) => scriptOf(action).length === 0)
      .map((action) => ({ file: settingsFile!, why: `a program: ${JSON.stringify(action)}` })),
    needs: Object.keys(placeholders).filter((name) => placeholders[name] === '!ENV'),
    marks: listing.names.filter((name) => name === settingsFile || name.startsWith('fixtures/')),
  };
}

/** Hooks of the settings that Rolecall runs too. */
const hooks = ['afterReset', 'beforeAllMigrations', 'afterAllMigrations', 'beforeCurrent', 'afterCurrent'] as const;
type Hook = (typeof hooks)[number];

type Settings = { placeholders?: Record<string, string> } & Partial<Record<Hook, unknown>>;

/** The actions of a hook, without those that are only for the shadow database. */
function actionsOf(settings: Settings, hook: Hook): unknown[] {
  return [settings[hook] ?? []].flat().filter((action) => (action as { shadow?: boolean }).shadow !== true);
}

function settingsOf(listing: Listing, file: string): Settings {
  try {
    // JSON5, which is YAML except for its comments.
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

/** The script that an action runs. The superuser runs a script whose name begins with !. */
function scriptOf(action: unknown): { file: string; superuser: boolean }[] {
  const named = action as { _?: string; file?: string; root?: boolean };
  const file = typeof action === 'string' ? action : named?._ === 'sql' ? named.file : undefined;
  return file === undefined
    ? []
    : [{ file: file.replace(/^!/, ''), superuser: file.startsWith('!') || named.root === true }];
}

function required(listing: Listing, hook: Hook, file: string, part: (file: string) => Part): Part {
  if (!listing.has(file)) {
    throw new RolecallError('bad-contract', {
      message: `the settings of graphile-migrate run ${file} (${hook}), and ${listing.folder}/${file} is not there`,
      next: 'Restore it, or take it out of the settings.',
    });
  }
  return part(file);
}

/** A text with the files that it includes from `fixtures/`, whose placeholders are filled in too. */
function withIncludes(listing: Listing, file: string): string {
  return listing.text(file).replaceAll(/^--! ?include (.+?)[ \t]*$/gm, (line, name: string) => {
    const included = `fixtures/${name}`;
    return listing.has(included) ? listing.text(included) : line;
  });
}

function hasStatement(text: string): boolean {
  return text.replaceAll(/--[^\n]*|\/\*[^]*?\*\//g, '').trim() !== '';
}

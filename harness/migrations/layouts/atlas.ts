import type { Layout, Part, Steps } from './layout.ts';
import type { Listing } from './listing.ts';
import { inTransaction, requireListed, sectionsBelow, topSql, wholeFile, withoutTwins } from './parts.ts';
import { withSemicolons } from './statements.ts';

const sum = 'atlas.sum';

/** Atlas: the files that `atlas.sum` lists, by name. A checkpoint repeats what came before it, and does not run. */
export const atlas: Layout = { name: 'atlas', recognises: (listing) => listing.has(sum), read };

function read(listing: Listing): Steps {
  const listed = [...listing.text(sum).matchAll(/^(.+\.sql) h1:\S+\s*$/gm)].map(([, name]) => name!).toSorted();
  requireListed(listing, sum, listed, 'Restore the files, or run `atlas migrate hash`.');
  const isCheckpoint = (name: string) => /^-- atlas:checkpoint\b/m.test(headOf(listing.text(name)));
  const run = listed.filter((name) => !isCheckpoint(name));
  const migrations = run.map((file) => ({
    revision: file.replace(/\.sql$/, '').replace(/_.*$/, ''),
    file,
    ...partsOf(listing, file),
  }));
  return {
    migrations: withoutTwins(listing, migrations),
    unused: [
      ...topSql(listing)
        .filter((name) => !listed.includes(name))
        .map((file) => ({ file, why: `not in ${sum}` })),
      ...listed.filter(isCheckpoint).map((file) => ({ file, why: 'a checkpoint of what came before it' })),
    ],
    marks: [sum],
  };
}

/** The comments at the beginning of a file. */
function headOf(text: string): string {
  return /^(?:\s*--[^\n]*\n)*/.exec(text)![0];
}

function partsOf(listing: Listing, file: string): { up: Part[]; down?: Part[] } {
  const text = listing.text(file);
  const whole = wholeFile(listing, file);
  const delimiter = /^-- atlas:delimiter (.+)$/m.exec(headOf(text))?.[1]?.trim();
  const part = (body: string): Part => ({
    ...whole,
    text: delimiter === undefined ? body : withSemicolons(body, delimiter),
    transaction: whole.transaction && inTransaction(body),
  });
  if (!/^-- atlas:txtar\b/m.test(headOf(text))) {
    return { up: [part(text)] };
  }
  // An archive of several files in one.
  const sections = sectionsBelow(text, /^-- (\S+\.sql) --\s*$/);
  const section = (name: string) => {
    const found = sections.find((one) => one.found[1] === name);
    return found && [part(found.text)];
  };
  const down = section('down.sql');
  return { up: section('migration.sql') ?? [], ...(down === undefined ? {} : { down }) };
}

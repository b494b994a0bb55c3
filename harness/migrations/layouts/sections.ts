import { RolecallError } from '../../common/errors.ts';
import type { Layout, Migration, Part, Steps } from './layout.ts';
import type { Listing } from './listing.ts';
import { byNumber, inTransaction, linesOf, sectionsBelow, someTopSqlHas, topSql, withoutTwins } from './parts.ts';
import { endedAt } from './statements.ts';

const dbmateLine = /^\s*--\s*migrate:(up|down)\b(.*)$/m;
const gooseLine = /^\s*--\s*\+goose\s+(up|down)\b(.*)$/im;
const nodeUp = /^\s*--[\s-]*up\s+migration\b/im;
const nodeDown = /^\s*--[\s-]*down\s+migration\b/im;
const numbered = /^(\d+)[^/]*\.sql$/;
const numberOf = (name: string) => /^(\d+)/.exec(name)![1]!;

/** dbmate: `-- migrate:up` and `-- migrate:down` in one file; by name. */
export const dbmate: Layout = {
  name: 'dbmate',
  recognises: (listing) => someTopSqlHas(listing, dbmateLine),
  read: (listing) =>
    readSections(listing, undefined, (file) => {
      const { up, down } = sectionsOf(listing, file, dbmateLine);
      const part = ({ text, options }: Section): Part => ({
        file,
        text,
        transaction: !/\btransaction:\s*false\b/.test(options) && inTransaction(text),
      });
      return { up: [part(up)], down: down && [part(down)] };
    }),
};

/** goose: `-- +goose Up` and `-- +goose Down` in one file; by number. Migrations in Go are programs, and do not run. */
export const goose: Layout = {
  name: 'goose',
  recognises: (listing) => someTopSqlHas(listing, gooseLine),
  read: (listing) =>
    readSections(listing, /^\d+_[^/]*(?<!_test)\.go$/, (file) => {
      const text = listing.text(file);
      const isBare = /^\s*--\s*\+goose\s+NO\s+TRANSACTION\s*$/im.test(text);
      const fills = /^\s*--\s*\+goose\s+ENVSUB\s+ON\s*$/im.test(text) ? ({ fills: 'dollar' } as const) : {};
      const { up, down } = sectionsOf(listing, file, gooseLine);
      const part = (section: Section): Part => {
        const body = endedAt(section.text, /^[ \t]*--[ \t]*\+goose[ \t]+StatementEnd[ \t]*$/gim);
        return { file, text: body, transaction: !isBare && inTransaction(body), ...fills };
      };
      return { up: [part(up)], down: down && [part(down)] };
    }),
};

/** node-pg-migrate's SQL: `-- Up Migration` and `-- Down Migration` in one file; by number. */
export const nodePgMigrate: Layout = {
  name: 'node-pg-migrate',
  recognises: (listing) => someTopSqlHas(listing, nodeUp) || someTopSqlHas(listing, nodeDown),
  read: (listing) => {
    const steps = readSections(listing, /^\d+[^/]*\.[cm]?[jt]s$/, (file) => {
      const lines = listing.text(file).split('\n');
      const up = lines.findIndex((line) => nodeUp.test(line));
      const down = lines.findIndex((line) => nodeDown.test(line));
      const end = (from: number, other: number) => (other > from ? other : lines.length);
      const part = (from: number, to: number): Part => {
        const text = linesOf(lines, from, to);
        return { file, text, transaction: inTransaction(text) };
      };
      return {
        up: [part(up + 1, end(up, down))],
        down: down === -1 ? undefined : [part(down + 1, end(down, up))],
      };
    });
    const named = steps.migrations.map((migration) => ({
      ...migration,
      revision: migration.file.replace(/\.sql$/, ''),
      aliases: [migration.revision],
    }));
    return { ...steps, migrations: named };
  },
};

/** Files of a folder that begin with a number, each read by `parts`. The others never run, nor do the tool's `programs`. */
function readSections(
  listing: Listing,
  programs: RegExp | undefined,
  parts: (file: string) => Pick<Migration, 'up' | 'down'>,
): Steps {
  const all = topSql(listing);
  const found = all.filter((name) => numbered.test(name)).toSorted(byNumber(numberOf, (name) => name));
  const migrations = found.map((file) => ({ revision: numberOf(file), file, ...parts(file) }));
  return {
    migrations: withoutTwins(listing, migrations),
    unused: [
      ...all
        .filter((name) => !numbered.test(name))
        .map((file) => ({ file, why: 'its name does not begin with a number' })),
      ...listing.names.filter((name) => programs?.test(name)).map((file) => ({ file, why: 'a program' })),
    ],
  };
}

interface Section {
  text: string;
  /** The text after the mark. */
  options: string;
}

/** The lines of a file below each of its marks. */
function sectionsOf(listing: Listing, file: string, mark: RegExp): { up: Section; down?: Section | undefined } {
  const sections = sectionsBelow(listing.text(file), mark);
  const section = (word: string): Section | undefined => {
    const one = sections.find(({ found }) => found[1]!.toLowerCase() === word);
    return one && { text: one.text, options: one.found[2]! };
  };
  const up = section('up');
  if (up === undefined) {
    throw new RolecallError('bad-contract', {
      message: `${listing.folder}/${file} has no section that goes up`,
      next: 'Write the mark above it that the others have, or take the file out of the folder.',
    });
  }
  return { up, down: section('down') };
}

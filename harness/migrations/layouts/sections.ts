import { RolecallError } from '../../common/errors.ts';
import type { Layout, Migration, Part, Steps } from './layout.ts';
import type { Listing } from './listing.ts';
import { byNumber, inTransaction, linesOf, someTopSqlHas, topSql, withoutTwins } from './parts.ts';
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
    readSections(listing, (file) => {
      const text = listing.text(file);
      const { up, down } = sectionsOf(listing, file, dbmateLine);
      const part = ({ from, to, options }: Section): Part => ({
        file,
        text: linesOf(text, from, to),
        transaction: !/\btransaction:\s*false\b/.test(options) && inTransaction(linesOf(text, from, to)),
      });
      return { up: [part(up)], down: down && [part(down)] };
    }),
};

/** goose: `-- +goose Up` and `-- +goose Down` in one file; by number. Migrations in Go are programs, and do not run. */
export const goose: Layout = {
  name: 'goose',
  recognises: (listing) => someTopSqlHas(listing, gooseLine),
  read: (listing) => {
    const steps = readSections(listing, (file) => {
      const text = listing.text(file);
      const isBare = /^\s*--\s*\+goose\s+NO\s+TRANSACTION\s*$/im.test(text);
      const fills = /^\s*--\s*\+goose\s+ENVSUB\s+ON\s*$/im.test(text) ? ({ fills: 'dollar' } as const) : {};
      const { up, down } = sectionsOf(listing, file, gooseLine);
      const part = ({ from, to }: Section): Part => {
        const body = endedAt(linesOf(text, from, to), /^[ \t]*--[ \t]*\+goose[ \t]+StatementEnd[ \t]*$/gim);
        return { file, text: body, transaction: !isBare && inTransaction(body), ...fills };
      };
      return { up: [part(up)], down: down && [part(down)] };
    });
    const programs = listing.names.filter((name) => /^\d+_[^/]*(?<!_test)\.go$/.test(name));
    return { ...steps, unused: [...steps.unused!, ...programs.map((file) => ({ file, why: 'a program' }))] };
  },
};

/** node-pg-migrate’s SQL: `-- Up Migration` and `-- Down Migration` in one file; by number. */
export const nodePgMigrate: Layout = {
  name: 'node-pg-migrate',
  recognises: (listing) => someTopSqlHas(listing, nodeUp) || someTopSqlHas(listing, nodeDown),
  read: (listing) => {
    const steps = readSections(listing, (file) => {
      const text = listing.text(file);
      const lines = text.split('\n');
      const up = lines.findIndex((line) => nodeUp.test(line));
      const down = lines.findIndex((line) => nodeDown.test(line));
      const end = (from: number, other: number) => (other > from ? other : lines.length);
      const part = (from: number, to: number): Part => {
        const body = linesOf(text, from, to);
        return { file, text: body, transaction: inTransaction(body) };
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
    const programs = listing.names.filter((name) => /^\d+[^/]*\.[cm]?[jt]s$/.test(name));
    return {
      ...steps,
      migrations: named,
      unused: [...steps.unused!, ...programs.map((file) => ({ file, why: 'a program' }))],
    };
  },
};

/** Files of a folder that begin with a number, each read by `parts`; the others never run. */
function readSections(listing: Listing, parts: (file: string) => Pick<Migration, 'up' | 'down'>): Steps {
  const all = topSql(listing);
  const found = all.filter((name) => numbered.test(name)).toSorted(byNumber(numberOf, (name) => name));
  const migrations = found.map((file) => ({ revision: numberOf(file), file, ...parts(file) }));
  return {
    migrations: withoutTwins(listing, migrations),
    unused: all
      .filter((name) => !numbered.test(name))
      .map((file) => ({ file, why: 'its name does not begin with a number' })),
  };
}

interface Section {
  from: number;
  to: number;
  /** What stands behind the mark. */
  options: string;
}

/** The lines of a file below each of its marks. */
function sectionsOf(listing: Listing, file: string, mark: RegExp): { up: Section; down?: Section | undefined } {
  const lines = listing.text(file).split('\n');
  const marks = lines.flatMap((line, at) => {
    const [, word, options] = mark.exec(line) ?? [];
    return word === undefined ? [] : [{ word: word.toLowerCase(), at, options: options ?? '' }];
  });
  const section = (word: string): Section | undefined => {
    const index = marks.findIndex((one) => one.word === word);
    const one = marks[index];
    return one && { from: one.at + 1, to: marks[index + 1]?.at ?? lines.length, options: one.options };
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

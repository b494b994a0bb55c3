import { RolecallError } from '../../common/errors.ts';
import { by } from '../../common/order.ts';
import { runsWithoutTransaction } from '../../psql/run-file.ts';
import type { Migration, Part } from './layout.ts';
import type { Listing } from './listing.ts';
import { isOutsideAlone } from './statements.ts';

/** A whole file as one part, in a transaction unless its own mark says otherwise. */
export function wholeFile(listing: Listing, file: string, more: Partial<Part> = {}): Part {
  const text = listing.text(file);
  return { file, text, transaction: inTransaction(text), ...more };
}

/** Whether a text runs in a transaction: not if its mark says otherwise, or if none of its statements can run in one. */
export function inTransaction(text: string): boolean {
  return !runsWithoutTransaction(text) && !isOutsideAlone(text);
}

/** Some lines of a file, from index `from` up to but without `to`. The lines before them are empty. */
export function linesOf(lines: readonly string[], from: number, to: number): string {
  return `${'\n'.repeat(from)}${lines.slice(from, to).join('\n')}`;
}

/** The text below each line that matches, up to the next such line, on its own lines. */
export function sectionsBelow(text: string, form: RegExp): { found: RegExpExecArray; text: string }[] {
  const lines = text.split('\n');
  const marks = lines.flatMap((line, at) => {
    const found = form.exec(line);
    return found === null ? [] : [{ found, at }];
  });
  return marks.map(({ found, at }, index) => ({
    found,
    text: linesOf(lines, at + 1, marks[index + 1]?.at ?? lines.length),
  }));
}

/** A number without leading zeros. */
export function withoutZeros(digits: string): string {
  return digits.replace(/^0+(?=\d)/, '');
}

/** A sort key for digits: by number, so that 10 comes after 9. */
export function numberKey(digits: string): string {
  return withoutZeros(digits).padStart(40, '0');
}

/** Orders by the number from `digits`, then by name. */
export function byNumber<T>(digits: (item: T) => string, name: (item: T) => string): (a: T, b: T) => number {
  return by((item) => `${numberKey(digits(item))} ${name(item)}`);
}

/** Last part of a path. */
export function baseName(file: string): string {
  return file.slice(file.lastIndexOf('/') + 1);
}

/** SQL files directly in the folder. */
export function topSql({ names }: Listing): string[] {
  return names.filter((name) => /^[^/]+\.sql$/i.test(name));
}

/** The names by which a layout may be recognised. Below plain numbered files there is only an archive, or something else. */
export function ownNames(listing: Listing): readonly string[] {
  const isNumbered = topSql(listing).some((name) => /^\d+_/.test(name));
  return isNumbered ? listing.names.filter((name) => !name.includes('/')) : listing.names;
}

/** Refuses with `bad-contract` files that `list`, a file of the tool, names and that do not exist. */
export function requireListed(listing: Listing, list: string, files: readonly string[], next: string): void {
  const missing = files.filter((file) => !listing.has(file));
  if (missing.length > 0) {
    throw new RolecallError('bad-contract', {
      message: `${listing.folder}/${list} lists migrations that are not there: ${missing.join(', ')}`,
      next,
    });
  }
}

/** Whether a file directly in the folder has a line that matches. */
export function someTopSqlHas(listing: Listing, line: RegExp): boolean {
  return topSql(listing).some((name) => line.test(listing.text(name)));
}

/**
 * The files directly in the folder that match `named`, as migrations in the order of its first group, each with the down file
 * that `downOf` names; and the files that are neither.
 */
export function numberedFiles(
  listing: Listing,
  named: RegExp,
  downOf: (up: string) => string,
): { migrations: readonly Migration[]; others: string[] } {
  const all = topSql(listing);
  const revisionOf = (name: string) => named.exec(name)![1]!;
  const ups = all.filter((name) => named.test(name)).toSorted(byNumber(revisionOf, (name) => name));
  const known = new Set([...ups, ...ups.map(downOf)]);
  const migrations = ups.map((file) => ({
    revision: revisionOf(file),
    file,
    up: [wholeFile(listing, file)],
    down: all.includes(downOf(file)) ? [wholeFile(listing, downOf(file))] : undefined,
  }));
  return { migrations, others: all.filter((name) => !known.has(name)) };
}

/** The down file beside a file: `x.down.sql` for `x.sql`. */
export function downBeside(up: string): string {
  return up.replace(/\.sql$/, '.down.sql');
}

/** Refuses a revision that two migrations have. */
export function withoutTwins(listing: Listing, migrations: readonly Migration[]): readonly Migration[] {
  const seen = new Set<string>();
  for (const { revision } of migrations) {
    if (seen.has(revision)) {
      throw new RolecallError('bad-contract', {
        message: `two migrations in ${listing.folder} have the revision ${revision}`,
        next: 'Give one of them a revision of its own.',
      });
    }
    seen.add(revision);
  }
  return migrations;
}

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

/** Whether a transaction goes around a text: not where its mark says otherwise, or nothing in it would run in one. */
export function inTransaction(text: string): boolean {
  return !runsWithoutTransaction(text) && !isOutsideAlone(text);
}

/** A part of the lines of a file, `from` and `to` counted from 0, `to` not among them; the others are left empty. */
export function linesOf(lines: readonly string[], from: number, to: number): string {
  return `${'\n'.repeat(from)}${lines.slice(from, to).join('\n')}`;
}

/** What stands below each line of a form, up to the next such line, on its own lines. */
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

/** A number without the zeros before it. */
export function withoutZeros(digits: string): string {
  return digits.replace(/^0+(?=\d)/, '');
}

/** Digits as they are compared: by number, so that 10 comes after 9. */
export function numberKey(digits: string): string {
  return withoutZeros(digits).padStart(40, '0');
}

/** Orders by the number that `digits` gives, then by name. */
export function byNumber<T>(digits: (item: T) => string, name: (item: T) => string): (a: T, b: T) => number {
  return by((item) => `${numberKey(digits(item))} ${name(item)}`);
}

/** Last part of a path. */
export function baseName(file: string): string {
  return file.slice(file.lastIndexOf('/') + 1);
}

/** Files directly in the folder that are SQL. */
export function topSql({ names }: Listing): string[] {
  return names.filter((name) => /^[^/]+\.sql$/i.test(name));
}

/** What a layout may be recognised by: below plain numbered files lies an archive, or what is somebody else's. */
export function ownNames(listing: Listing): readonly string[] {
  const isNumbered = topSql(listing).some((name) => /^\d+_/.test(name));
  return isNumbered ? listing.names.filter((name) => !name.includes('/')) : listing.names;
}

/** Refuses with `bad-contract` files that `list`, a file of the tool's, names and that are not there. */
export function requireListed(listing: Listing, list: string, files: readonly string[], next: string): void {
  const missing = files.filter((file) => !listing.has(file));
  if (missing.length > 0) {
    throw new RolecallError('bad-contract', {
      message: `${listing.folder}/${list} lists migrations that are not there: ${missing.join(', ')}`,
      next,
    });
  }
}

/** Whether a file that is directly in the folder has a line of that form. */
export function someTopSqlHas(listing: Listing, line: RegExp): boolean {
  return topSql(listing).some((name) => line.test(listing.text(name)));
}

/**
 * The files directly in the folder that `named` takes, whose first group is their number, as migrations by it, each with the way
 * back that `downOf` names; and the files that are neither.
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

/** The way back beside a file: `x.down.sql` of `x.sql`. */
export function downBeside(up: string): string {
  return up.replace(/\.sql$/, '.down.sql');
}

/** Refuses revisions that two migrations have. */
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

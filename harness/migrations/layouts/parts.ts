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

/** Lines of a file, `from` and `to` counted from 0, `to` not among them; the others are left empty. */
export function linesOf(text: string, from: number, to: number): string {
  const lines = text.split('\n');
  return `${'\n'.repeat(from)}${lines.slice(from, to).join('\n')}`;
}

/** Digits as they are compared: by number, so that 10 comes after 9. */
export function numberKey(digits: string): string {
  return digits.replace(/^0+(?=\d)/, '').padStart(40, '0');
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

/** Whether plain numbered files lie directly in the folder: then what lies below it is an archive, or somebody else's. */
export function hasNumbered(listing: Listing): boolean {
  return topSql(listing).some((name) => /^\d+_/.test(name));
}

/** Whether a file that is directly in the folder has a line of that form. */
export function someTopSqlHas(listing: Listing, line: RegExp): boolean {
  return topSql(listing).some((name) => line.test(listing.text(name)));
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

import type { Layout, Migration, Part, Steps } from './layout.ts';
import { includedBy, refusal } from './liquibase-root.ts';
import type { Listing } from './listing.ts';
import { inTransaction, ownNames, sectionsBelow } from './parts.ts';
import { withSemicolons } from './statements.ts';

const header = /^\uFEFF?\s*--\s*liquibase formatted sql\b/i;
const setLine = /^\s*--\s*changeset\s+(?:"([^"]+)"|([^\s:]+)):(?:"([^"]+)"|(\S+))(.*)$/i;
const preconditionsLine = /^\s*--\s*preconditions\b(.*)$/gim;
const rollbackLine = /^\s*--\s*rollback\s?(.*)$/i;

/** Liquibase's formatted SQL: the change sets of each file that a root includes, or of all files by their path. */
export const liquibase: Layout = {
  name: 'liquibase',
  recognises: (listing) =>
    ownNames(listing).some((name) => name.endsWith('.sql') && header.test(listing.text(name).slice(0, 200))),
  read,
};

function read(listing: Listing): Steps {
  const { files, roots } = includedBy(listing);
  const sets = files.flatMap((file) =>
    header.test(listing.text(file)) ? changeSets(listing, file) : [plainFile(listing, file)],
  );
  const seen = new Map<string, number>();
  sets.forEach(({ revision }) => seen.set(revision, (seen.get(revision) ?? 0) + 1));
  const run = sets.filter(({ why }) => why === undefined);
  return {
    // The file is part of a change set's identity in Liquibase.
    migrations: run.map(({ revision, id, path, file, up, down }) =>
      seen.get(revision)! > 1
        ? { revision: path, aliases: [id], file, up, down }
        : { revision, aliases: [id, path], file, up, down },
    ),
    unused: [
      ...listing.names
        .filter((name) => name.endsWith('.sql') && !name.startsWith('../') && !files.includes(name))
        .map((file) => ({ file, why: `not included by ${roots.join(', ')}` })),
      ...sets.flatMap(({ file, revision, why }) => (why === undefined ? [] : [{ file: `${file} ${revision}`, why }])),
    ],
    marks: roots,
  };
}

interface ChangeSet extends Migration {
  id: string;
  /** Its name as Liquibase prints it. */
  path: string;
  /** Why it does not run; absent if it does. */
  why?: string;
}

/** An SQL file without change sets, which counts as one. */
function plainFile(listing: Listing, file: string): ChangeSet {
  const text = listing.text(file);
  return {
    revision: file,
    id: file,
    path: file,
    file,
    up: [{ file, text, transaction: inTransaction(text), fills: 'dollar-known' }],
  };
}

function changeSets(listing: Listing, file: string): ChangeSet[] {
  return sectionsBelow(listing.text(file), setLine).map(({ found, text }) => {
    const [, quotedAuthor, plainAuthor, quotedId, plainId, rest] = found;
    const [author, id] = [quotedAuthor ?? plainAuthor!, quotedId ?? plainId!];
    const body = withoutIgnored(text);
    const options = optionsOf(rest!);
    const part = (sql: string): Part => {
      const delimiter = options.get('enddelimiter') ?? ';';
      const ended = delimiter === ';' ? sql : withSemicolons(sql, delimiter);
      return {
        file,
        text: ended,
        transaction: options.get('runintransaction')?.toLowerCase() !== 'false' && inTransaction(ended),
        fills: 'dollar-known',
        ...(options.get('failonerror')?.toLowerCase() === 'false' ? { mayFail: true } : {}),
      };
    };
    const back = rollbackOf(body);
    const why = whyNot(options);
    if (why === undefined) {
      requireNoSkip(listing, file, `${author}:${id}`, body);
    }
    return {
      revision: `${author}:${id}`,
      id,
      path: `${file}::${id}::${author}`,
      file,
      up: [part(body)],
      down: back === undefined ? undefined : [part(back)],
      ...(why === undefined ? {} : { why }),
    };
  });
}

/** `key:value` and `key:"value"`, with lower-case keys. */
function optionsOf(text: string): Map<string, string> {
  return new Map(
    [...text.matchAll(/(\w+):(?:"([^"]*)"|(\S+))/g)].map(([, key, quoted, plain]) => [
      key!.toLowerCase(),
      quoted ?? plain!,
    ]),
  );
}

function whyNot(options: ReadonlyMap<string, string>): string | undefined {
  const databases = options
    .get('dbms')
    ?.split(',')
    .map((one) => one.trim());
  const isOurs =
    databases === undefined ||
    databases.includes('postgresql') ||
    databases.includes('all') ||
    (databases.every((one) => one.startsWith('!')) && !databases.includes('!postgresql'));
  return isOurs && options.get('ignore') !== 'true' ? undefined : isOurs ? 'ignored' : `for ${databases.join(', ')}`;
}

/** Refuses a change set that its preconditions may skip. HALT, the default, and WARN skip none. */
function requireNoSkip(listing: Listing, file: string, revision: string, body: string): void {
  for (const [, marks] of body.matchAll(preconditionsLine)) {
    const options = optionsOf(marks!);
    const skips = ['onfail', 'onerror'].some((key) => !/^(?:halt|warn)$/i.test(options.get(key) ?? 'halt'));
    if (skips) {
      const what = `has preconditions in the change set ${revision} by which it may be skipped: ${marks!.trim()}`;
      throw refusal(listing, file, what);
    }
  }
}

/** The text with the parts emptied that Liquibase ignores. */
function withoutIgnored(text: string): string {
  return text.replaceAll(/^\s*--\s*ignoreLines:start[^]*?^\s*--\s*ignoreLines:end.*$/gim, (found) =>
    '\n'.repeat(found.split('\n').length - 1),
  );
}

/** The rollback of a change set, on its own lines; '' if nothing is needed, undefined if there is none. */
function rollbackOf(body: string): string | undefined {
  const block = /\/\*\s*liquibase\s+rollback\b([^]*?)\*\//i.exec(body);
  if (block !== null) {
    return `${'\n'.repeat(body.slice(0, block.index).split('\n').length - 1)}${block[1]!}`;
  }
  const said = body.split('\n').map((line) => rollbackLine.exec(line)?.[1]);
  if (said.every((line) => line === undefined)) {
    return undefined;
  }
  const isEmpty = (line: string) => /^(?:empty|not required)\s*;?\s*$/i.test(line);
  return said.map((line) => (line === undefined || isEmpty(line) ? '' : line)).join('\n');
}

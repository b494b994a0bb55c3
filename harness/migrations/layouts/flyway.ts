import { by } from '../../common/order.ts';
import type { Layout, Migration, Part, Steps } from './layout.ts';
import type { Listing } from './listing.ts';
import { baseName, numberKey, ownNames, wholeFile, withoutTwins } from './parts.ts';

const named = /^(V|U|B)([\d._]+)__.+\.sql$/;
const repeatable = /^R__(.+)\.sql$/;
const callback = /^((?:before|after)[A-Z]\w*?)(?:__.*)?\.sql$/;

/**
 * Flyway: the newest `B<version>__…` and each later `V<version>__…` by version, in folders of any depth; then `R__…` by
 * description, as a part of the newest version. `U<version>__…` goes down, and callbacks run before and after.
 */
export const flyway: Layout = {
  name: 'flyway',
  recognises: (listing) => ownNames(listing).some((name) => named.exec(baseName(name))?.[1] === 'V'),
  read,
};

function read(listing: Listing): Steps {
  const skipped = new Set(listing.names.filter((name) => optionsOf(listing, name).get('shouldexecute') === 'false'));
  const files = listing.names.filter((name) => name.endsWith('.sql') && !skipped.has(name));
  const of = (letter: string) => files.filter((name) => named.exec(baseName(name))?.[1] === letter);
  const part = (name: string) => partOf(listing, name);
  const callbacks = (event: string) =>
    files.filter((name) => callback.exec(baseName(name))?.[1] === event).map((name) => part(name));
  const [before, after] = [callbacks('beforeMigrate'), callbacks('afterMigrate')];
  const [beforeEach, afterEach] = [callbacks('beforeEachMigrate'), callbacks('afterEachMigrate')];
  const each = (parts: Part[]) => [...beforeEach, ...parts, ...afterEach];
  const downs = new Map(of('U').map((name) => [keyOf(name), name]));
  // Our databases are empty. There Flyway begins with the newest baseline migration, which replaces the versions up to its own.
  const base = of('B').toSorted(by(keyOf)).at(-1);
  const above = of('V').filter((name) => base === undefined || keyOf(name) > keyOf(base));
  const bases = base === undefined ? [] : of('B').filter((name) => keyOf(name) === keyOf(base));
  const repeatables = files.filter((name) => repeatable.test(baseName(name))).toSorted(by(descriptionOf));
  const migrations: Migration[] = [...bases, ...above.toSorted(by(keyOf))].map((file) => {
    const down = downs.get(keyOf(file));
    return {
      revision: versionOf(file),
      file,
      up: each([part(file)]),
      down: down === undefined ? undefined : each([part(down)]),
    };
  });
  const again = repeatables.flatMap((name) => each([part(name)]));
  const newest = migrations.at(-1);
  if (again.length > 0) {
    const file = newest?.file ?? repeatables[0]!;
    const last = { revision: newest?.revision ?? 'R', file, up: [...(newest?.up ?? []), ...again] };
    migrations.splice(-1, 1, last);
  }
  const used = new Set(
    [...migrations.flatMap(({ up, down = [] }) => [...up, ...down]), ...before, ...after].map(({ file }) => file),
  );
  return {
    migrations: withoutTwins(listing, migrations),
    before,
    after,
    unused: listing.names
      .filter((name) => name.endsWith('.sql') && !used.has(name) && !(named.exec(baseName(name))?.[1] === 'U'))
      .map((file) => ({ file, why: whyUnused(file, skipped, base) })),
    marks: listing.names.filter((name) => name.endsWith('.sql.conf')),
  };
}

function whyUnused(file: string, skipped: ReadonlySet<string>, base: string | undefined): string {
  const name = baseName(file);
  return skipped.has(file)
    ? 'its .conf says shouldExecute=false'
    : named.test(name)
      ? `an empty database begins with the baseline ${base}`
      : callback.test(name)
        ? 'a callback of another event'
        : 'its name is none that Flyway takes';
}

function partOf(listing: Listing, file: string): Part {
  const options = optionsOf(listing, file);
  const part = wholeFile(listing, file);
  return {
    ...part,
    transaction: part.transaction && options.get('executeintransaction') !== 'false',
    ...(options.get('placeholderreplacement') === 'false' ? {} : { fills: 'dollar' }),
  };
}

/** The options in the file beside a migration, with lower-case keys. */
function optionsOf(listing: Listing, file: string): Map<string, string> {
  const lines = listing.text(`${file}.conf`).split('\n');
  return new Map(
    lines.flatMap((line) => {
      const [, key, value] = /^\s*(?:flyway\.)?(\w+)\s*=\s*(\S+)\s*$/.exec(line) ?? [];
      return key === undefined ? [] : [[key.toLowerCase(), value!.toLowerCase()] as const];
    }),
  );
}

/** A version as Flyway prints it: `V2_1__x.sql` is 2.1. */
function versionOf(file: string): string {
  return named.exec(baseName(file))![2]!.replaceAll('_', '.');
}

/** The sort key of a version: number by number, a missing number is 0. */
function keyOf(file: string): string {
  const numbers = versionOf(file).split('.').map(numberKey);
  while (numbers.length > 1 && /^0+$/.test(numbers.at(-1)!)) {
    numbers.pop();
  }
  return numbers.join('.');
}

function descriptionOf(file: string): string {
  return repeatable.exec(baseName(file))![1]!;
}

/** A record without a prototype: a column or a policy may be named `constructor`. */
export function emptyRecord<T = string>(): Record<string, T> {
  return Object.create(null) as Record<string, T>;
}

/** Such a record with these entries. */
export function bareRecord<T>(entries: Iterable<readonly [string, T]>): Record<string, T> {
  return Object.assign(emptyRecord<T>(), Object.fromEntries(entries));
}

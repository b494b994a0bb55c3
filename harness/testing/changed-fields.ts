export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type Place = (string | number)[];

/** A place for each field of a document; in lists, that of the first element that has it. */
export function fieldsOf(value: Json, at: Place = [], found = new Map<string, Place>()): Map<string, Place> {
  if (Array.isArray(value)) {
    value.forEach((one, index) => fieldsOf(one, [...at, index], found));
  } else if (value !== null && typeof value === 'object') {
    Object.entries(value).forEach(([key, one]) => fieldsOf(one, [...at, key], found));
  } else {
    const name = at.filter((part) => typeof part === 'string').join('.');
    found.set(name, found.get(name) ?? at);
  }
  return found;
}

/** A copy of a document with another value of the same type at a place. */
export function changedAt(document: Json, place: Place): Json {
  const copy = structuredClone(document);
  const last = place.at(-1)!;
  const parent = place.slice(0, -1).reduce<Json>((at, part) => (at as Record<string | number, Json>)[part]!, copy);
  const holder = parent as Record<string | number, Json>;
  const value = holder[last]!;
  holder[last] =
    typeof value === 'string'
      ? `${value}x`
      : typeof value === 'number'
        ? value + 1
        : typeof value === 'boolean'
          ? !value
          : 'x';
  return copy;
}

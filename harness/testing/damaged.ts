import fc from 'fast-check';

type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
type Place = (string | number)[];

const hostile: Json[] = [
  null,
  true,
  -1,
  0,
  1e308,
  1.5,
  '',
  ' ',
  '../../victim',
  '\u0000',
  'constructor',
  '*',
  '\u001b[2J',
  '\n::error::x',
  'x'.repeat(100_000),
  [],
  [null],
  [[]],
  {},
  { a: {} },
  { constructor: 1, toString: null },
];

/** Copies of plain data, each damaged in one to three places: a key removed, a value or type replaced, a key added. */
export function damaged(data: unknown): fc.Arbitrary<unknown> {
  const places = placesIn(data as Json);
  const damage = fc.record({
    place: fc.constantFrom(...places),
    how: fc.constantFrom('take away', 'put in its place', 'add beside'),
    value: fc.oneof(fc.constantFrom(...hostile), fc.jsonValue({ maxDepth: 2 })),
  });
  return fc.array(damage, { minLength: 1, maxLength: 3 }).map((all) => {
    const copy = structuredClone(data) as Json;
    for (const { place, how, value } of all) {
      const parent = place.slice(0, -1).reduce<Json | undefined>((at, key) => child(at, key), copy);
      if (typeof parent !== 'object' || parent === null) {
        continue;
      }
      const key = place.at(-1)!;
      if (how === 'take away') {
        Reflect.deleteProperty(parent, key);
      } else {
        Reflect.set(parent, how === 'add beside' ? `${key}x` : key, structuredClone(value));
      }
    }
    return copy;
  });
}

function child(at: Json | undefined, key: string | number): Json | undefined {
  return typeof at === 'object' && at !== null ? (Reflect.get(at, key) as Json | undefined) : undefined;
}

function placesIn(data: Json, above: Place = []): Place[] {
  if (typeof data !== 'object' || data === null) {
    return [];
  }
  return Object.entries(data).flatMap(([key, value]) => [[...above, key], ...placesIn(value, [...above, key])]);
}

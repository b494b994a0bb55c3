import { indexBy } from '../common/index-by.ts';
import { byCodeUnit } from '../common/order.ts';
import { counted, grouped, listed } from '../common/text.ts';

/** One identity on one object. */
export interface Place {
  identity: string;
  object: string;
}

/** Places that are shown once, because the same came of everything there. */
export interface Alike {
  /** The place that is shown for all. */
  shown: Place;
  /** `public.notes and 38 others as app_user, app_admin`. */
  title: string;
  /** How many places there are. */
  count: number;
  /** Every object by identity, where there is more than one place. */
  members: { identities: string; objects: string }[];
}

/** The parts by what came of them, which `answerOf` gives as a text, in the order they came; names of their own places do not tell parts apart. */
export function alikeParts<T extends Place>(parts: readonly T[], answerOf: (part: T) => string): [T, ...T[]][] {
  const alike = indexBy(parts, (part) => [withoutPlace(answerOf(part), part)]);
  return [...alike.values()] as unknown as [T, ...T[]][];
}

/** How places that are alike are named. */
export function alikeOf(places: readonly [Place, ...Place[]]): Alike {
  const [shown] = places;
  const sets = grouped(places, ({ identity }) => identity).map(({ key, items }) => ({
    identity: key,
    objects: items
      .map(({ object }) => object)
      .sort(byCodeUnit)
      .join(', '),
  }));
  const objects = new Set(places.map(({ object }) => object)).size;
  const others = objects === 1 ? '' : ` and ${counted(objects - 1, 'other')}`;
  return {
    shown: { identity: shown.identity, object: shown.object },
    title: `${shown.object}${others} as ${listed(sets.map(({ identity }) => identity))}`,
    count: places.length,
    members:
      places.length === 1
        ? []
        : grouped(sets, (set) => set.objects).map(({ key, items }) => ({
            identities: listed(items.map(({ identity }) => identity)),
            objects: key,
          })),
  };
}

/** The text with the place's names taken out, as messages and the names of keys hold them. */
function withoutPlace(text: string, { identity, object }: Place): string {
  const bare = object.replace(/\(.*$/s, '').replace(/^.*\./s, '').replaceAll('"', '');
  return [object, bare, identity].reduce((rest, name) => (name === '' ? rest : rest.replaceAll(name, '…')), text);
}

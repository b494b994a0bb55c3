import { indexBy } from '../common/index-by.ts';
import { byCodeUnit } from '../common/order.ts';
import { counted, grouped, listed } from '../common/text.ts';

/** One identity and one object. */
export interface Place {
  identity: string;
  object: string;
}

/** Places that are shown once because their results are the same. */
export interface Alike {
  /** The place that stands for all. */
  shown: Place;
  /** `public.notes and 38 others as app_user, app_admin`. */
  title: string;
  /** How many places there are. */
  count: number;
  /** Every object by identity, if there is more than one place. */
  members: { identities: string; objects: string }[];
}

/**
 * The parts grouped by their results, which `answerOf` gives as a text, in their first order. The names of their own places make
 * no difference.
 */
export function alikeParts<T extends Place>(parts: readonly T[], answerOf: (part: T) => string): [T, ...T[]][] {
  const alike = indexBy(parts, (part) => [withoutPlace(answerOf(part), part)]);
  return [...alike.values()] as unknown as [T, ...T[]][];
}

/** The title of places that are alike. */
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

/** The text without the names of its place, which messages and key names contain. */
function withoutPlace(text: string, { identity, object }: Place): string {
  const bare = object.replace(/\(.*$/s, '').replace(/^.*\./s, '').replaceAll('"', '');
  return [object, bare, identity].reduce((rest, name) => (name === '' ? rest : rest.replaceAll(name, '…')), text);
}

import type { PhaseName } from '../../common/phase.ts';

/** Words about places, each with the revisions at which it holds. */
export class PhasedWords {
  readonly #places = new Map<string, Map<string, Set<PhaseName>>>();

  add(place: string, word: string, phases: readonly PhaseName[]): void {
    const words = this.#places.get(place) ?? new Map<string, Set<PhaseName>>();
    this.#places.set(place, words);
    words.set(word, new Set([...(words.get(word) ?? []), ...phases]));
  }

  /** Places in the order in which they were first added. */
  places(): string[] {
    return [...this.#places.keys()];
  }

  /** The words about a place in their first order; empty if there are none. */
  at(place: string): [word: string, phases: ReadonlySet<PhaseName>][] {
    return [...(this.#places.get(place) ?? [])];
  }
}

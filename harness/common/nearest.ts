/** The candidate that `word` most likely means; undefined if none is close. Capitals, quotes and dashes count little. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  const plain = (text: string) => text.toLowerCase().replaceAll(/["\s_-]/g, '');
  // In a qualified name, the last part is the one with the mistake.
  const most = Math.min(2, Math.floor(plain(word.split('.').at(-1)!).length / 3));
  const wanted = plain(word).slice(0, longest);
  const near = candidates
    .map((candidate) => ({ candidate, steps: distance(wanted, plain(candidate).slice(0, longest)) }))
    .filter(({ candidate, steps }) => candidate !== word && steps <= most);
  return near.toSorted((a, b) => a.steps - b.steps)[0]?.candidate;
}

/** `: did you mean X?`, or nothing. */
export function didYouMean(word: string, candidates: readonly string[]): string {
  const meant = nearest(word, candidates);
  return meant === undefined ? '' : `: did you mean ${meant}?`;
}

const longest = 200;

/** How many letters must be added, dropped, changed or swapped with a neighbour. */
function distance(a: string, b: string): number {
  let [before, row] = [[] as number[], Array.from({ length: b.length + 1 }, (_, index) => index)];
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const changed = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      const exchanged =
        i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? before[j - 2]! + 1 : Infinity;
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, changed, exchanged));
    }
    [before, row] = [row, next];
  }
  return row[b.length]!;
}

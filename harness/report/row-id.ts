import { sha256 } from '../common/digest.ts';

/** Gives ids for links into one page: made of what a row is about, so that a link still fits after a row was added before it. */
export function rowIds(): (section: string, ...about: readonly unknown[]) => string {
  const given = new Map<string, number>();
  return (section, ...about) => {
    const id = `${section}-${sha256(JSON.stringify(about)).slice(0, 8)}`;
    const times = (given.get(id) ?? 0) + 1;
    given.set(id, times);
    // Two rows about the same: the second is told by its place among them.
    return times === 1 ? id : `${id}-${times}`;
  };
}

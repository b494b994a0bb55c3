import { sha256 } from '../common/digest.ts';

/** Ids for links into one page. They consist of what a row is about, so that a link stays valid if a row is added before it. */
export function rowIds(): (section: string, ...about: readonly unknown[]) => string {
  const given = new Map<string, number>();
  return (section, ...about) => {
    const id = `${section}-${sha256(JSON.stringify(about)).slice(0, 8)}`;
    const times = (given.get(id) ?? 0) + 1;
    given.set(id, times);
    // The number of the row distinguishes rows about the same.
    return times === 1 ? id : `${id}-${times}`;
  };
}

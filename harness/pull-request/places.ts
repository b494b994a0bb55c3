import type { Change, Clue, Place } from './change.ts';
import { firstWords, type Statement } from './statements.ts';

/** The changes with the line that each comes from, if a statement that only one of the revisions has explains it. */
export function placed(
  changes: readonly Change[],
  added: readonly Statement[],
  removed: readonly Statement[],
): Change[] {
  const known = new Map<string, Place | undefined>();
  const placeOf = (clues: readonly Clue[]) => {
    const key = JSON.stringify(clues);
    if (!known.has(key)) {
      known.set(key, find(clues, added) ?? gone(clues.map(turned), removed) ?? gone(clues, removed));
    }
    return known.get(key);
  };
  return changes.map((change) => {
    const place = change.place ?? placeOf(change.clues);
    return place === undefined ? change : { ...change, place };
  });
}

/** The clue for a statement that no longer undoes it. */
function turned(clue: Clue): Clue {
  const other = (verb: string) => (verb === 'grant' ? 'revoke' : verb === 'revoke' ? 'grant' : verb);
  return { ...clue, verbs: clue.verbs.map(other) };
}

function gone(clues: readonly Clue[], removed: readonly Statement[]): Place | undefined {
  const place = find(clues, removed);
  return place === undefined ? undefined : { ...place, gone: true };
}

/** The last statement that the first clue matches: the later one takes effect. */
function find(clues: readonly Clue[], statements: readonly Statement[]): Place | undefined {
  for (const clue of clues) {
    const found = statements.findLast((statement) => fits(clue, statement));
    if (found !== undefined) {
      return { file: found.file, line: found.line, statement: firstWords(found) };
    }
  }
  return undefined;
}

function fits({ verbs, names, to }: Clue, { words }: Statement): boolean {
  const beginning = words.slice(0, 5).join(' ');
  return (
    verbs.some(
      (verb) =>
        (verb.includes(' ') ? beginning.startsWith(verb) : words.slice(0, 3).includes(verb)) || startsIn(words, verb),
    ) &&
    names.every((name) => words.includes(name) || words.includes(name.toLowerCase())) &&
    (to === undefined || words.slice(Math.max(words.lastIndexOf('to'), words.lastIndexOf('from')) + 1).includes(to))
  );
}

/** `alter default privileges … grant`. */
function startsIn(words: readonly string[], verb: string): boolean {
  return (
    words[0] === 'alter' && (verb === 'grant' || verb === 'revoke') && words.includes(verb) && words.includes('default')
  );
}

/** Statements that only one revision has, in the order in which they run: provisioning before, migrations, after. */
export function onlyIn(these: readonly Statement[], those: readonly Statement[]): Statement[] {
  const key = ({ file, words }: Statement) => `${file}\t${words.join(' ')}`;
  const known = new Set(those.map(key));
  return these.filter((statement) => !known.has(key(statement)));
}

import { nameParts } from '../catalog/identifiers.ts';
import { plainName } from '../common/sql.ts';
import { counted } from '../common/text.ts';
import { referencesIn, type CodeReference } from '../contract/code-references.ts';

/** What is wrong with the places that a need names, in words; undefined if it names none. */
export function referenceFaults(
  object: string,
  requiredBy: string,
  files: ReadonlyMap<string, string>,
): string[] | undefined {
  const references = referencesIn(requiredBy);
  return references === undefined || references === 'words'
    ? undefined
    : references.flatMap((one) => faultsOf(one, object, files));
}

function faultsOf(
  { path, symbols, line }: CodeReference,
  object: string,
  files: ReadonlyMap<string, string>,
): string[] {
  const text = files.get(path);
  if (text === undefined) {
    return [`${path} is not among the files of the code`];
  }
  const lines = text.replace(/\n$/, '').split('\n').length;
  const bare = plainName(nameParts(object).at(-1)!);
  return [
    ...symbols.filter((symbol) => !hasSymbol(text, symbol)).map((symbol) => `${path} has no ${symbol}`),
    ...(line !== undefined && line > lines ? [`${path} has ${counted(lines, 'line')}, and no line ${line}`] : []),
    ...(namesObject(text, bare) ? [] : [`${path} does not name ${bare}`]),
  ];
}

/** `Orders.place` and `Orders::place` exist if each of their words does. */
function hasSymbol(text: string, symbol: string): boolean {
  return symbol
    .replace(/\(\)$/, '')
    .split(/[.:#]+/)
    .filter((part) => part !== '')
    .every((part) => hasWord(text, part));
}

function hasWord(text: string, word: string): boolean {
  for (let at = text.indexOf(word); at !== -1; at = text.indexOf(word, at + 1)) {
    const around = [text[at - 1] ?? ' ', text[at + word.length] ?? ' '];
    if (!around.some((character) => /[\p{L}\p{N}_$]/u.test(character))) {
      return true;
    }
  }
  return false;
}

/** Code may write a name in its own style: `orderItems` and `OrderItems` are `order_items`. */
function namesObject(text: string, bare: string): boolean {
  if (!/^\w+$/.test(bare)) {
    return text.includes(bare);
  }
  const folded = fold(bare);
  return (text.match(/\w+/g) ?? []).some((word) => fold(word) === folded);
}

const fold = (word: string) => word.replaceAll('_', '').toLowerCase();

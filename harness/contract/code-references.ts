import { didYouMean } from '../common/nearest.ts';
import type { ParsedContract } from './contract.ts';
import { contractedObjects } from './declared.ts';
import type { Fault } from './source.ts';

/** A place in the source code that a need names. */
export interface CodeReference {
  /** Relative to the root of the source code. */
  path: string;
  /** Names that must occur in it. */
  symbols: string[];
  line: number | undefined;
}

const form = /^(?<path>[^\s#:,]+)(?:#(?<symbol>\S+)|:(?<line>[1-9]\d*)| \((?<symbols>[^()]+)\))?$/;
const between = /,\s+(?![^(]*\))/;

/** What a drafted need has for `required_by`, which a person must replace. */
export const unnamedCode = '(drafted from the grants: name the code that needs it)';

/** The references in a need's `required_by`: `words` if it is in brackets and names no code; undefined if it is neither. */
export function referencesIn(text: string): CodeReference[] | 'words' | undefined {
  if (/^\([^()]*\)$/.test(text.trim())) {
    return 'words';
  }
  const references = text.trim().split(between).map(referenceOf);
  return references.every((one) => one !== undefined) ? references : undefined;
}

function referenceOf(text: string): CodeReference | undefined {
  const { path = '', symbol, symbols, line } = form.exec(text)?.groups ?? {};
  // A word alone is not a path: `reporting` names nothing that could be searched.
  if (!/\/|\.\w+$/.test(path)) {
    return undefined;
  }
  return {
    path: path.replace(/^(?:\.\/)+/, ''),
    symbols: (symbol ?? symbols ?? '').split(/,\s*/).filter((one) => one !== ''),
    line: line === undefined ? undefined : Number(line),
  };
}

/**
 * Faults in what the contract says of source code. With `code`, each need must name a place in it, and identities must run its
 * files.
 */
export function codeFaults(contract: ParsedContract): Fault[] {
  const { code, identities } = contract;
  if (code === undefined) {
    return [];
  }
  const strangers = Object.entries(code.identities).flatMap(([pattern, names]) =>
    [names]
      .flat()
      .filter((one) => !Object.hasOwn(identities, one))
      .map((one) => ({
        path: ['code', 'identities', pattern],
        message: `${one} is not an identity${didYouMean(one, Object.keys(identities))}`,
      })),
  );
  const nameless = contractedObjects(contract).flatMap(({ section, object, entry: { needs } }) =>
    needs.flatMap(({ required_by }, index) =>
      referencesIn(required_by) === undefined
        ? [
            {
              path: [section, object, 'needs', index, 'required_by'],
              message: `"${required_by}" names no file: write PATH, PATH#SYMBOL, PATH (SYMBOL) or PATH:LINE, several after a comma; or words in brackets, which are not checked`,
            },
          ]
        : [],
    ),
  );
  return [...strangers, ...nameless];
}

/** How a language writes comments and strings, as far as needed to find its literals. */
export interface Language {
  /** What begins a comment that ends with its line. */
  lineComments: readonly string[];
  /** Whether there are comments between slash and star. */
  blockComments: boolean;
  /** Whether a string in single or double quotes may span lines. */
  longQuotes: boolean;
  /** Whether single quotes hold one character, or begin a name. */
  characters: boolean;
  /** Whether backticks hold strings; `raw` has no escapes and no placeholders. */
  backticks: 'filled' | 'raw' | undefined;
  /** Whether a slash may begin a regular expression, whose quotes are not strings. */
  regexes: boolean;
  /** Whether a name after `<<` begins a text that ends with a line of that name. */
  heredocs: boolean;
}

const plain: Language = {
  lineComments: ['//'],
  blockComments: true,
  longQuotes: false,
  characters: false,
  backticks: undefined,
  regexes: false,
  heredocs: false,
};
const scripts = { ...plain, backticks: 'filled', regexes: true } as const;
const withCharacters = { ...plain, characters: true };
const hashes = { ...plain, lineComments: ['#'], blockComments: false };

const families: readonly [extensions: string, language: Language][] = [
  ['js jsx ts tsx mjs cjs mts cts vue svelte astro', scripts],
  ['go', { ...withCharacters, backticks: 'raw' }],
  ['rs', { ...withCharacters, longQuotes: true }],
  ['java kt kts scala swift cs c cc cpp cxx h hpp m', withCharacters],
  ['php', { ...plain, lineComments: ['//', '#'], longQuotes: true, heredocs: true }],
  ['rb rake pl pm sh bash zsh', { ...hashes, longQuotes: true, heredocs: true }],
  ['ex exs cr jl r', { ...hashes, longQuotes: true }],
  ['py pyi nim yml yaml toml', hashes],
  ['lua hs elm', { ...plain, lineComments: ['--'], blockComments: false }],
];
const byExtension = new Map(families.flatMap(([all, one]) => all.split(' ').map((extension) => [extension, one])));

/** The language of a file by its extension. An unknown one is read as most languages are written. */
export function languageOf(path: string): Language {
  return byExtension.get(/\.(\w+)$/.exec(path)?.[1]?.toLowerCase() ?? '') ?? plain;
}

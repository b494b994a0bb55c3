/** A retired wording, and the replacement. */
export interface RetiredWord {
  pattern: RegExp;
  instead: string;
}

/** Wordings that readers had to decode. docs/words.md has the words in use. */
export const retiredWords: readonly RetiredWord[] = [
  {
    pattern:
      /(?<!\b(?:there|what|that) )\b(?:is|was) no (?!longer|more\b|less\b|good|better|worse|known|different|such|row)[a-z]/i,
    instead: 'is not a',
  },
  { pattern: /\bleav(?:e|es|ing) (?:it|them|this|that) away\b|\bleft away\b/i, instead: 'omit' },
  { pattern: /\b(?:is|are) of the (?:topology|commit|key|flag|option|command)\b/i, instead: 'applies to, belongs to' },
  { pattern: /\bfault of (?:its|our) own\b/i, instead: 'internal error' },
  { pattern: /\bfor the asking\b/i, instead: 'without a check' },
  { pattern: /\bcannot be had\b|\bcan be had\b/i, instead: 'is (not) available' },
  { pattern: /\bwho is no\b|\bwhoever is no\b/i, instead: 'a role that is not' },
  { pattern: /\bcomes? along\b/i, instead: 'is included' },
];

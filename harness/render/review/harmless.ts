/** Whether a spreadsheet may take a text for a formula, by its first character, also in full width. */
const begins = /^[=+\-@\t\r\n＝＋－＠]/;
// Control characters that XML 1.0 does not allow: a file with one of them does not open.
const unprintable = /[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g;

/** A text that no spreadsheet takes for a formula. An apostrophe precedes one that could be. */
export function harmless(text: string): string {
  const clean = text.replaceAll(unprintable, (one) => `\\x${one.charCodeAt(0).toString(16).padStart(2, '0')}`);
  return begins.test(clean) ? `'${clean}` : clean;
}

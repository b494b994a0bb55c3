/** The tokens of psql's lexer, each matched at one position. */
export const patterns = {
  space: /[ \t\n\r\f\v]+|--[^\n\r]*/y,
  commentStart: /\/\*/y,
  inComment: /\/\*|\*\/|[^*/]+|[*/]/y,
  bitString: /[bBxX]'/y,
  nationalString: /[nN](?=')/y,
  escapeString: /[eE]'/y,
  unicodeString: /[uU]&'/y,
  unicodeName: /[uU]&"/y,
  // Its letter is not a word if no quote follows (xufailed).
  unicodeFailed: /[uU](?=&)/y,
  quote: /'/y,
  doubleQuote: /"/y,
  dollarQuote: /\$(?:[A-Za-z_\u0080-\uffff][A-Za-z_0-9\u0080-\uffff]*)?\$/y,
  parameter: /\$[0-9]+(?:[A-Za-z_\u0080-\uffff][A-Za-z_0-9$\u0080-\uffff]*)?/y,
  backslashed: /\\[;:]/y,
  backslash: /\\/y,
  colons: /::|:=/y,
  variable: /:([A-Za-z_0-9\u0080-\uffff]+)/y,
  literalVariable: /:'([A-Za-z_0-9\u0080-\uffff]+)'/y,
  nameVariable: /:"([A-Za-z_0-9\u0080-\uffff]+)"/y,
  testVariable: /:\{\?([A-Za-z_0-9\u0080-\uffff]+)\}/y,
  identifier: /[A-Za-z_\u0080-\uffff][A-Za-z_0-9$\u0080-\uffff]*/y,
  // A number includes the identifier that follows it, which is an error later: it contains neither the prefix of a string nor a
  // dollar quote (integer_junk and the like in psqlscan.l). An exponent that is only a sign includes the sign, so that `1e--`
  // does not begin a comment (realfail).
  number:
    /[0-9]+(?:\.[0-9]*)?(?:[eE][+-](?![0-9])|(?:[eE][+-][0-9]+)?(?:[A-Za-z_\u0080-\uffff][A-Za-z_0-9$\u0080-\uffff]*)?)/y,
  any: /[^]/y,
  inString: /[^']+/y,
  inEscapeString: /(?:[^'\\]+|\\[^]?)+/y,
  doubledQuote: /''/y,
  continued: /[ \t\f\v]*(?:--[^\n\r]*)?[\n\r](?:[ \t\n\r\f\v]+|--[^\n\r]*[\n\r])*'/y,
  inName: /[^"]+/y,
  inDollar: /[^$]+/y,
} as const;

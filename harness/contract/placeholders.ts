/** Parts of SQL without placeholders, which are skipped: strings, quoted names, comments, dollar quotes and casts. */
const sqlToken =
  /\b[eE]'(?:[^'\\]|\\[^]|'')*'|'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*[^]*?\*\/|\$(\w*)\$[^]*?\$\1\$|::|:=|(?<![\w:]):([a-z_]\w*)/gi;
const textToken = /\{([a-z_]\w*)\}/gi;

/** Names of the values in an SQL condition. */
export function namesInSql(sql: string): string[] {
  return [...new Set([...sql.matchAll(sqlToken)].flatMap(([, , name]) => name ?? []))];
}

/** The condition with each `:name` replaced. */
export function fillSql(sql: string, valueOf: (name: string) => string): string {
  return sql.replaceAll(sqlToken, (token: string, _tag: string | undefined, name: string | undefined) =>
    name === undefined ? token : valueOf(name),
  );
}

/** Names of the values in a text. A brace without a name is only a brace, as in JSON. */
export function namesInText(text: string): string[] {
  return [...new Set([...text.matchAll(textToken)].map(([, name]) => name!))];
}

/** The text with each `{name}` replaced. */
export function fillText(text: string, valueOf: (name: string) => string): string {
  return text.replaceAll(textToken, (_, name: string) => valueOf(name));
}

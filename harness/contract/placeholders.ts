/**
 * What stands in SQL before a `:name` is looked for: strings, quoted names, comments, dollar quotes and casts, which hold
 * none.
 */
const sqlToken =
  /\b[eE]'(?:[^'\\]|\\[^]|'')*'|'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*[^]*?\*\/|\$(\w*)\$[^]*?\$\1\$|::|:=|(?<![\w:]):([a-z_]\w*)/gi;
const textToken = /\{([a-z_]\w*)\}/gi;

/** Names of the values that a condition in SQL asks for. */
export function namesInSql(sql: string): string[] {
  return [...new Set([...sql.matchAll(sqlToken)].flatMap(([, , name]) => name ?? []))];
}

/** The condition, each `:name` in it replaced. */
export function fillSql(sql: string, valueOf: (name: string) => string): string {
  return sql.replaceAll(sqlToken, (token: string, _tag: string | undefined, name: string | undefined) =>
    name === undefined ? token : valueOf(name),
  );
}

/** Names of the values that a text asks for. A brace that holds no name is a brace, as in JSON. */
export function namesInText(text: string): string[] {
  return [...new Set([...text.matchAll(textToken)].map(([, name]) => name!))];
}

/** The text, each `{name}` in it replaced. */
export function fillText(text: string, valueOf: (name: string) => string): string {
  return text.replaceAll(textToken, (_, name: string) => valueOf(name));
}

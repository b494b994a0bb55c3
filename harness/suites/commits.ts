/** Comments, strings, quoted names and dollar-quoted bodies: text that holds no statement of its own. */
const quoted = /--[^\n]*|\/\*[^]*?\*\/|'(?:[^']|'')*'|"(?:[^"]|"")*"|(\$(?:[a-z_]\w*)?\$)[^]*?\1/gi;

/** Whether a script has a statement that ends a transaction for good: what it did before could not be rolled back. */
export function commits(sql: string): boolean {
  return sql
    .replace(quoted, ' ')
    .split(';')
    .some((statement) => /^\s*(commit|end|prepare\s+transaction)\b/i.test(statement));
}

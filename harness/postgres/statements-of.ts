/** Comments, strings, quoted names and dollar-quoted bodies: text that holds no statement of its own. */
const quoted =
  /--[^\n]*|\/\*(?:[^*/]|\*(?!\/)|\/(?!\*)|\/\*[^]*?\*\/)*\*\/|(?<![\w$\u0080-\uffff])e'(?:[^'\\]|\\[^]|'')*'|'(?:[^']|'')*'|"(?:[^"]|"")*"|(\$(?:[a-z_]\w*)?\$)[^]*?\1/gi;

/** The script with everything that holds no statement turned to blanks: offsets stay what they are. */
export function bare(sql: string): string {
  return sql.replace(quoted, (text) => text.replace(/[^\n]/g, ' '));
}

/** Whether a script could leave something behind: it commits, or goes on after the rollback of its transaction. */
export function outlives(sql: string): boolean {
  const statements = bare(sql)
    .split(';')
    .map((statement) => statement.trim());
  const rolledBack = statements.findIndex((statement) =>
    /^(rollback|abort)\b(?!\s+(work\s+|transaction\s+)?to\b)/i.test(statement),
  );
  const after = rolledBack === -1 ? [] : statements.slice(rolledBack + 1);
  return (
    statements.some((statement) => /^(commit|end|prepare\s+transaction)\b/i.test(statement)) ||
    after.some((statement) => statement !== '')
  );
}

/** 1-based offset, in characters, of the statement after `completed` others; undefined where bodies hold bare semicolons. */
export function statementOffset(sql: string, completed: number): number | undefined {
  const text = bare(sql);
  if (/\bbegin\s+atomic\b/i.test(text)) {
    return undefined;
  }
  let offset = 0;
  let left = completed;
  for (const statement of text.split(';')) {
    if (statement.trim() !== '') {
      if (left === 0) {
        // Postgres counts characters, JavaScript UTF-16 code units.
        return [...sql.slice(0, offset + statement.search(/\S/))].length + 1;
      }
      left -= 1;
    }
    offset += statement.length + 1;
  }
  return undefined;
}

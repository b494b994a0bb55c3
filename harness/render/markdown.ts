// Characters that can begin or end a Markdown structure, HTML, or a table cell somewhere in a line.
const structural = /^[-+=]|(?<=^\d+)[.)](?=\s|$)|[\\`*[\]|~<>&$#!]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu;

/** Text that reads literally anywhere in a line of GitHub Markdown, including table cells. Its line ends become `<br>`. */
export function markdownText(text: string): string {
  return text
    .trim()
    .replace(structural, reference)
    .replace(/\s*\n\s*/g, '<br>');
}

/** A name or statement as code on one line: in backticks if possible, otherwise as `<code>` with character references. */
export function markdownCode(text: string): string {
  const line = text.trim().replace(/\s+/g, ' ');
  if (line === '') {
    return '';
  }
  return /[\\`|]/.test(line) ? `<code>${line.replace(structural, reference)}</code>` : `\`${line}\``;
}

/** A fenced block that its content cannot close. */
export function markdownFence(language: string, text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${text.replace(/\n+$/, '')}\n${fence}`;
}

// In CommonMark, character references are never structure, whatever surrounds them.
function reference(char: string): string {
  return `&#${char.codePointAt(0)!};`;
}

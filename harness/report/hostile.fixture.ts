/** A role name that tries to be HTML, Markdown, a table cell and another name at once. */
export const hostileRole = 'weird<name>&"|`x`\u202e';
/** A message that tries to end every kind of block. */
export const hostileMessage = 'bad "input" | <script>alert(1)</script>\n\n# heading\n```\n]]>\u001b[31m &amp; \\| end';

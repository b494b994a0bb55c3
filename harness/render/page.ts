import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** The style sheet of a page, as the page contains it. */
export const pageStyle = ['style.css', 'map-style.css', 'narrow.css', 'print.css'].map(read).join('');

/** The only script of a page: links to rows, the filter, folds. Without it the page shows everything. */
export const pageScript = read('page.js');

/** What a page may do: use its own style sheet and script, and send no request. */
export const contentPolicy = [
  "default-src 'none'",
  `style-src ${digest(pageStyle)}`,
  `script-src ${digest(pageScript)}`,
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

function digest(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

// git may have checked it out with other line ends. A browser normalises them.
function read(name: string): string {
  return readFileSync(new URL(`templates/html/${name}`, import.meta.url), 'utf8').replaceAll('\r\n', '\n');
}

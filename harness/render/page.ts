import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** The style sheet of a page, as it stands between its tags. */
export const pageStyle = ['style.css', 'map-style.css', 'narrow.css', 'print.css'].map(read).join('');

/** The one script of a page: links to rows, the filter, folds. Without it the page shows everything. */
export const pageScript = read('page.js');

/** What a page may do: nothing but its own style sheet and its own script, and no request. */
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

// As git may have checked it out, with the line ends that a browser makes of any.
function read(name: string): string {
  return readFileSync(new URL(`templates/html/${name}`, import.meta.url), 'utf8').replaceAll('\r\n', '\n');
}

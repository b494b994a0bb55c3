import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';

const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const program = places.find((place) => existsSync(place));

/** Whether pages can be opened here. With ROLECALL_REQUIRE_CHROMIUM=1 it is a failure if they cannot. */
export const hasBrowser = program !== undefined || process.env.ROLECALL_REQUIRE_CHROMIUM === '1';

/** This machine's browser. None is downloaded. */
export function startedBrowser(): Promise<Browser> {
  if (program === undefined) {
    throw new Error(`ROLECALL_REQUIRE_CHROMIUM=1, and there is no browser at ${places.join(', ')}`);
  }
  return chromium.launch({ executablePath: program, args: ['--no-sandbox'] });
}

/** Pages by name, written to a folder as a reader downloads them: returns their URLs. */
export async function pagesOnDisk(folder: string, pages: Record<string, string>): Promise<Map<string, string>> {
  const addresses = new Map<string, string>();
  for (const [name, html] of Object.entries(pages)) {
    const file = path.join(folder, `${name}.html`);
    await writeFile(file, html);
    addresses.set(name, pathToFileURL(file).href);
  }
  return addresses;
}

/** Opens a URL as a reader sees it, and collects all errors of the page. */
export async function opened(
  browser: Browser,
  address: string,
  options: BrowserContextOptions = {},
): Promise<{ page: Page; complaints: string[] }> {
  const context = await browser.newContext({ reducedMotion: 'reduce', ...options });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', ({ message }) => complaints.push(message));
  page.on('request', (request) => {
    if (!request.url().startsWith('file:')) {
      complaints.push(`asked for ${request.url()}`);
    }
  });
  await page.goto(address);
  return { page, complaints };
}

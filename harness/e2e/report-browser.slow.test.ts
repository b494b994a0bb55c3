import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';

import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { mutation } from '../mutation/report/mutation.fixture.ts';
import { readEvidence } from '../pack/read-pack.ts';
import { evidence } from '../render/evidence.fixture.ts';
import { renderMutationHtml, renderReport } from '../render/render.ts';
import { hasBrowser, opened, pagesOnDisk, startedBrowser } from '../testing/browser.ts';
import { repository } from '../testing/cli.ts';

const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const runs = path.join(repository, 'reports', 'runs');
const sights = [
  { sight: 'wide', options: { viewport: { width: 1280, height: 900 } } },
  { sight: 'wide and dark', options: { viewport: { width: 1280, height: 900 }, colorScheme: 'dark' } },
  { sight: 'narrow', options: { viewport: { width: 400, height: 800 } } },
  { sight: 'narrow and dark', options: { viewport: { width: 320, height: 640 }, colorScheme: 'dark' } },
] as const;

describe.skipIf(!hasBrowser)('the report in a browser', () => {
  let browser: Browser;
  let folder: string;
  let pages: Map<string, string>;

  beforeAll(async () => {
    browser = await startedBrowser();
    folder = await mkdtemp(path.join(tmpdir(), 'rolecall-pages-'));
    const [pack] = await readdir(runs);
    pages = await pagesOnDisk(folder, {
      example: renderReport(await readEvidence(path.join(runs, pack!))).html,
      findings: renderReport(evidence).html,
      mutation: renderMutationHtml(mutation),
    });
  });
  afterAll(async () => {
    await browser.close();
    await rm(folder, { recursive: true });
  });

  describe.each(['example', 'findings', 'mutation'])('%s', (name) => {
    test.each(sights)(
      'breaks no rule of accessibility and is never wider than the window: $sight',
      async ({ options }) => {
        // The test adds the rules to the page, which the page's own policy forbids.
        const { page } = await opened(browser, pages.get(name)!, { ...options, bypassCSP: true });
        await unfold(page);
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(options.viewport.width);
        await page.evaluate(await readFile(axe, 'utf8'));
        const { violations, passes } = await page.evaluate<AxeResult>('axe.run(document)');
        expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([]);
        expect(passes.map(({ id }) => id)).toEqual(
          expect.arrayContaining(['color-contrast', 'heading-order', 'page-has-heading-one']),
        );
        await page.context().close();
      },
    );

    test('asks no host and complains of nothing; without JavaScript everything is there but the filter', async () => {
      const { page, complaints } = await opened(browser, pages.get(name)!);
      expect(await page.locator('#filter').isVisible()).toBe(true);
      const rows = await page.locator('tbody tr').count();
      expect(complaints).toEqual([]);
      await page.context().close();

      const plain = await opened(browser, pages.get(name)!, { javaScriptEnabled: false });
      expect(await plain.page.locator('#filter').isVisible()).toBe(false);
      expect(await plain.page.locator('tbody tr').count()).toBe(rows);
      expect(await plain.page.locator('main [hidden]').count()).toBe(0);
      await plain.page.context().close();
    });

    test('on paper everything is unfolded, whatever the screen shows', async () => {
      const { page } = await opened(browser, `${pages.get(name)!}#q=no+such+word`);
      expect(await page.locator('main tbody tr:visible').count()).toBe(0);
      await page.emulateMedia({ media: 'print' });
      await page.evaluate("dispatchEvent(new Event('beforeprint'))");
      const rows = page.locator('main tbody tr');
      expect(await page.locator('main tbody tr:visible').count()).toBe(await rows.count());
      expect(await page.locator('main article:visible').count()).toBe(await page.locator('main article').count());
      expect(await page.locator('.filter:visible, .contents:visible, .anchor:visible').count()).toBe(0);
      expect(await page.evaluate("getComputedStyle(document.querySelector('thead')).display")).toBe(
        'table-header-group',
      );
      await page.context().close();
    });
  });

  test('the key / leads to the filter; words and tones filter rows and findings, the count is announced, the address keeps it', async () => {
    const { page, complaints } = await opened(browser, pages.get('findings')!);
    const total = await page.locator('main tbody tr, main article, main .diff li, main .arrows li').count();
    await page.keyboard.press('/');
    await page.keyboard.type('fail-open');
    const output = page.locator('.filter output');
    expect(await output.getAttribute('aria-live')).toBe('polite');
    expect(await page.locator('article.finding:visible').allInnerTexts()).toEqual([
      expect.stringContaining('fail-open'),
    ]);
    const hits = await page.locator('main :is(tbody tr, article, .diff li, .arrows li):not([hidden])').count();
    expect(await output.innerText()).toBe(`${hits} ${hits === 1 ? 'hit' : 'hits'} of ${total}`);

    await page.locator('#filter').fill('');
    await page.getByRole('button', { name: 'to look at' }).click();
    expect(await page.locator('article.finding:visible h3').allInnerTexts()).toEqual([
      expect.stringContaining('witnesses-disagree'),
    ]);
    const address = page.url();
    expect(address).toMatch(/#show=warn$/);

    const again = await opened(browser, address);
    expect(await again.page.getByRole('button', { name: 'to look at' }).getAttribute('aria-pressed')).toBe('true');
    expect(await again.page.locator('.filter output').innerText()).toBe(await output.innerText());
    await again.page.context().close();

    await page.locator('#filter').press('Escape');
    expect(await output.innerText()).toBe('');
    expect(await page.locator('main [hidden]').count()).toBe(0);
    expect(page.url()).toBe(pages.get('findings'));
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test('a link to a row opens the folds around it, marks it, and is there for who points at the row or goes by keyboard', async () => {
    const { page } = await opened(browser, pages.get('example')!);
    const id = await page.locator('details:not([open]) tbody tr[id]').first().getAttribute('id');
    const row = page.locator(`#${id!}`);
    expect(await row.isVisible()).toBe(false);
    await page.goto(`${pages.get('example')!}#${id!}`);
    expect(await row.isVisible()).toBe(true);
    expect(await page.locator(':target').getAttribute('id')).toBe(id);
    expect(await page.evaluate("getComputedStyle(document.querySelector(':target')).outlineStyle")).toBe('solid');

    const link = row.getByRole('link', { name: 'Link to this row' });
    const opacity = () => page.evaluate("getComputedStyle(document.querySelector(':target .anchor')).opacity");
    expect(await opacity()).toBe('0');
    await row.hover();
    expect(await opacity()).toBe('1');
    await page.mouse.move(0, 0);
    await page.keyboard.press('Tab');
    await link.focus();
    expect(await opacity()).toBe('1');

    // A link to what the filter hides clears the filter.
    await page.locator('#filter').fill('no such word');
    expect(await row.isVisible()).toBe(false);
    await page.evaluate("location.hash = ''");
    await page.evaluate(`location.hash = '${id!}'`);
    expect(await row.isVisible()).toBe(true);
    await page.context().close();
  });

  test('who goes by keyboard meets the way past the contents first, then the contents, the filter, the findings; focus is seen', async () => {
    const { page } = await opened(browser, pages.get('findings')!, { viewport: { width: 1280, height: 900 } });
    const met: string[] = [];
    for (let presses = 0; presses < 30; presses += 1) {
      await page.keyboard.press('Tab');
      met.push(await page.evaluate(focused));
    }
    expect(met[0]).toBe('Skip to the report outlined');
    const at = (what: string) => met.indexOf(`${what} outlined`);
    const order = ['#verdict', '#filter', 'bad', 'to look at', 'good', '#findings', '#provenance'].map(at);
    expect(order).toEqual([...order].sort((a, b) => a - b));
    expect(order).not.toContain(-1);
    expect(met.filter((one) => !one.endsWith(' outlined'))).toEqual([]);
    await page.context().close();
  });
});

interface AxeResult {
  violations: { id: string; nodes: { html: string }[] }[];
  passes: { id: string }[];
}

async function unfold(page: Page): Promise<void> {
  await page.evaluate("document.querySelectorAll('details').forEach((fold) => { fold.open = true; })");
}

const focused = `(() => {
  const { id, hash, innerText, tagName } = document.activeElement;
  const name = tagName === 'A' && hash !== '#report' ? hash : id ? '#' + id : innerText.trim();
  return name + (getComputedStyle(document.activeElement).outlineStyle === 'none' ? '' : ' outlined');
})()`;

import { existsSync, statSync } from 'node:fs';
import path from 'node:path';

import GithubSlugger from 'github-slugger';
import { describe, expect, it } from 'vitest';

import { repository } from '../testing/cli.ts';
import { documents, textOf } from '../testing/documents.ts';

const all = [...new Set([...documents, 'CHANGELOG.md'])];

/** A document without its code, where brackets are not links. */
const prose = (text: string) =>
  text.replaceAll(/^( *)(```+|~~~+)[^]*?^\1\2$/gm, '').replaceAll(/(`+)[^]*?[^`]\1(?!`)/g, '');

/** The links of a document: inline links, those of images and of reference definitions. */
function linksOf(text: string): string[] {
  const found = prose(text).matchAll(/\]\(<?([^\s)>]+)>?(?: "[^"]*")?\)|^ {0,3}\[[^\]]+\]: *(\S+)/gm);
  return [...found].map(([, inline, defined]) => (inline ?? defined)!);
}

/** The anchors of a document by GitHub's rules: headings, and names written as HTML. */
function anchorsOf(text: string): Set<string> {
  const slugger = new GithubSlugger();
  const withoutBlocks = text.replaceAll(/^( *)(```+|~~~+)[^]*?^\1\2$/gm, '');
  const headings = [...withoutBlocks.matchAll(/^#{1,6} +(.*?) *#*$/gm)].map(([, heading]) =>
    slugger.slug(heading!.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').replaceAll(/[`*]/g, '')),
  );
  return new Set([...headings, ...[...text.matchAll(/<a (?:id|name)="([^"]+)"/g)].map(([, name]) => name!)]);
}

/** Documents that others link to and that are not written yet. Remove those that exist. */
const awaited = ['docs/access-review.md'];

/** What is wrong with a link of a document; undefined if nothing is. */
function fault(document: string, link: string): string | undefined {
  if (/^[a-z][a-z+.-]*:/i.test(link)) {
    return /^(https:\/\/|mailto:)/.test(link) && URL.canParse(link) ? undefined : 'is not an https address';
  }
  const [file = '', anchor] = link.split('#');
  const target = file === '' ? document : path.posix.join(path.posix.dirname(document), decodeURI(file));
  const full = path.join(repository, target);
  if (target.startsWith('..') || !existsSync(full)) {
    return awaited.includes(target) ? undefined : 'leads nowhere';
  }
  if (anchor === undefined) {
    return undefined;
  }
  const has = statSync(full).isFile() && anchorsOf(textOf(target)).has(anchor);
  return has ? undefined : `has no anchor ${anchor}`;
}

const links = all.flatMap((document) => linksOf(textOf(document)).map((link) => [document, link] as const));

describe('a link of the documents', () => {
  it('stands there often', () => {
    expect(links.length).toBeGreaterThan(100);
  });

  it('leads to a file and a heading that are there', () => {
    const faults = links.flatMap(([document, link]) => {
      const wrong = fault(document, link);
      return wrong === undefined ? [] : [`${document}: ${link} ${wrong}`];
    });
    expect([...new Set(faults)]).toEqual([]);
  });

  it.each([
    ['[x](no-such.md)', 'leads nowhere'],
    ['[x](../../outside.md)', 'leads nowhere'],
    ['[x](ci.md#no-such-heading)', 'has no anchor no-such-heading'],
    ['[x](http://plain.example)', 'is not an https address'],
    ['[x](contract.md#tables)', undefined],
    ['[x]: ../README.md#run-it', undefined],
  ])('%s: %s', (text, wrong) => {
    expect(linksOf(text).map((link) => fault('docs/ci.md', link))).toEqual([wrong]);
  });

  it('is none where it stands in code', () => {
    expect(linksOf('`[x](y.md)`\n\n```md\n[x](y.md)\n```\n')).toEqual([]);
  });
});

it('no document names the host of a package registry', () => {
  const hosts = /\b(?:registry\.npmjs\.org|registry\.yarnpkg\.com|npm\.pkg\.github\.com|pypi\.org\/simple)\b/;
  expect(all.filter((document) => hosts.test(textOf(document)))).toEqual([]);
});

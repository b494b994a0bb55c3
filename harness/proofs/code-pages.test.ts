import { readdirSync } from 'node:fs';
import path from 'node:path';

import { describe, expect, it } from 'vitest';

import { repository } from '../testing/cli.ts';
import { textOf } from '../testing/documents.ts';
import { allCodes } from './all-codes.ts';
import { codePages } from './code-pages.ts';

const codes = (await allCodes()).map(({ code }) => code);

describe('the page of a code', () => {
  it('is there for each, and for no other', () => {
    expect(readdirSync(path.join(repository, 'docs/findings')).toSorted()).toEqual(
      codes.map((code) => `${code}.md`).toSorted(),
    );
  });

  it('has an example, but where no statement can show the flaw', async () => {
    const without = (await codePages()).filter(({ example }) => example === undefined);
    expect(without.map(({ code }) => code)).toEqual(['server-outdated']);
  });

  it('is linked from the entry of the code in docs/findings.md, to whose anchor logs and reports lead', () => {
    const text = textOf('docs/findings.md');
    expect(codes.filter((code) => !text.includes(`\n## ${code}\n`) || !text.includes(`(findings/${code}.md)`))).toEqual(
      [],
    );
  });

  it('of one code is read alone', async () => {
    const [page, ...others] = await codePages('rls-not-forced');
    expect(others).toEqual([]);
    expect(page?.example?.message).toMatch(/bp/);
    expect(await codePages('no-such')).toEqual([]);
  });
});

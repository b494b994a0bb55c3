import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { readEvidence } from '../pack/read-pack.ts';
import { xlsxOf } from '../render/review/xlsx.ts';
import { repository } from '../testing/cli.ts';

const opens = await execa('soffice', ['--version'], { reject: false }).then(({ exitCode }) => exitCode === 0);
if (!opens && process.env['ROLECALL_REQUIRE_LIBREOFFICE']) {
  throw new Error('ROLECALL_REQUIRE_LIBREOFFICE is set, and there is no soffice');
}

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(path.join(tmpdir(), 'rolecall-review-'))));
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Each sheet of a workbook as LibreOffice reads it: cells in rows, separated by tabs, without quotation marks. */
async function opened(name: string): Promise<Map<string, string[][]>> {
  // 9: tab; no quotes; 76: UTF-8; from line 1; …; formulas as formulas; -1: every sheet.
  const filter = 'csv:Text - txt - csv (StarCalc):9,0,76,1,,0,false,true,true,false,false,-1';
  const profile = `-env:UserInstallation=file://${path.join(folder, 'profile')}`;
  await execa('soffice', [profile, '--headless', '--convert-to', filter, '--outdir', folder, path.join(folder, name)]);
  const stem = path.parse(name).name;
  const files = (await readdir(folder)).filter((file) => file.startsWith(`${stem}-`) && file.endsWith('.csv'));
  const texts = await Promise.all(files.map((file) => readFile(path.join(folder, file), 'utf8')));
  return new Map(
    files.map((file, index) => [
      file.slice(stem.length + 1, -'.csv'.length),
      texts[index]!.trimEnd()
        .split('\n')
        .map((line) => line.split('\t')),
    ]),
  );
}

describe.skipIf(!opens)('in LibreOffice', () => {
  it('the review of the worked example has the figures of the truth table', { timeout: 120_000 }, async () => {
    const runs = path.join(repository, 'reports', 'runs');
    const [pack] = await readdir(runs);
    const out = path.join(folder, 'review.xlsx');
    await execa('npx', ['tsx', 'harness/cli.ts', 'review', path.join(runs, pack!), '--out', out], { cwd: repository });
    const sheets = await opened('review.xlsx');
    const { truth_table: truth } = await readEvidence(path.join(runs, pack!));

    const answers = sheets.get('Needs and denials')!.slice(1);
    expect(answers.map(([identity, object, access, , allowed]) => [identity, object, access, allowed])).toEqual(
      truth.map(({ identity, object, access, allowed }) => [identity, object, access, allowed ? 'yes' : 'no']),
    );
    const rows = sheets.get('Access')!.slice(1);
    const isListed = (identity: string, object: string, privilege: string) =>
      rows.some((row) => row[1] === identity && row[3] === object && row[4] === privilege);
    for (const { identity, object, access, allowed } of truth) {
      const each = access.split('/').map((privilege) => isListed(identity, object, privilege));
      expect(each).toEqual(each.map(() => allowed));
    }
    const figures = new Map(sheets.get('Summary')!.map(([name, value]) => [name, value]));
    const needs = truth.filter(({ expected }) => expected);
    expect(figures.get('Count: all rows')).toBe(String(rows.length));
    expect(figures.get('Count: needs')).toBe(String(needs.length));
    expect(figures.get('Count: needs met')).toBe(String(needs.filter(({ allowed }) => allowed).length));
    expect(figures.get('Count: denials met')).toBe(
      String(truth.filter(({ expected, allowed }) => !expected && !allowed).length),
    );
  });

  it('shows hostile names as texts', { timeout: 120_000 }, async () => {
    const names = [`=cmd|' /C calc'!A0`, '+1', '-2+3', '@SUM(1)', '＝1+1', '=1+1', 'a]]>b&<c>"d', 'bell\u0007'];
    const sheet = { name: 'Access', head: ['Role'], widths: [20], rows: names.map((name) => [name]), filter: true };
    const other = { ...sheet, name: 'Other' };
    await writeFile(path.join(folder, 'hostile.xlsx'), await xlsxOf([sheet, other]));
    const rows = (await opened('hostile.xlsx')).get('Access')!.slice(1);
    expect(rows.map(([cell]) => cell)).toEqual([
      ...names.slice(0, 6).map((name) => `'${name}`),
      'a]]>b&<c>"d',
      'bell\\x07',
    ]);
  });
});

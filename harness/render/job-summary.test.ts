import { expect, test } from 'vitest';

import type { Evidence } from '../pack/evidence.ts';
import { evidence, proven } from './evidence.fixture.ts';
import { jobSummary } from './job-summary.ts';
import { renderReport } from './render.ts';

const mebibyte = 1024 * 1024;
const whole = jobSummary(evidence, mebibyte);

/** The run with `count` findings, each of about `size` bytes. */
function withFindings(count: number, size: number): Evidence {
  const one = evidence.findings[1]!;
  return {
    ...evidence,
    findings: Array.from({ length: count }, (_, at) => ({
      ...one,
      object: `public.t${at}`,
      remedy: `## no heading\n${'€'.repeat(size / 3)}`,
    })),
  };
}

test('headings begin at the third level, and every line of the report is there', () => {
  const headings = whole.split('\n').filter((line) => /^#{1,6} /.test(line) && !line.startsWith('# the tree had'));
  expect(headings[0]).toMatch(/^### ✗ fail: /);
  expect(headings.filter((line) => /^#{1,2} /.test(line))).toEqual([]);
  const lines = new Set(whole.split('\n'));
  expect(
    renderReport(evidence)
      .md.split('\n')
      .filter((line) => !lines.has(line) && !/^#{1,3} /.test(line)),
  ).toEqual([]);
  // Text inside a fence is not a heading.
  expect(whole).toContain('\n# the tree had uncommitted changes');
  for (const [, title] of renderReport(evidence).md.matchAll(/^#{2,3} (.*)$/gm)) {
    expect(whole).toContain(title);
  }
});

test('long chapters are folded, findings are not folded away, every fold is closed', () => {
  expect(whole).toContain('<details open><summary><b>Findings</b></summary>\n\n');
  expect(whole).toContain('<details><summary><b>Live attempts</b></summary>\n\n');
  expect(whole).toContain('\n#### Deficiencies\n');
  expect(jobSummary(proven, mebibyte)).toContain('\n#### Findings\n');
  expect(whole.match(/<details/g)).toHaveLength(whole.match(/<\/details>/g)!.length);
  expect(whole).toMatch(/\nThe whole report is `report\.html` in the pack `skeldir-p2-embedded-16-4be1f00d`\.\n$/);
});

test('what does not fit is left out entry by entry, and a sentence says what that is', () => {
  const summary = jobSummary(withFindings(400, 6000), mebibyte);
  expect(Buffer.byteLength(summary)).toBeLessThanOrEqual(mebibyte);
  // It uses the available room: not one more finding would fit.
  expect(Buffer.byteLength(summary)).toBeGreaterThan(mebibyte - 7000);
  const left = Number(
    /Cut, since GitHub shows no more than 1 MiB of a job summary\. .*?(\d+) of 400 under Findings/.exec(summary)![1],
  );
  expect(summary.match(/^##### \d+\. ✗ high/gm)).toHaveLength(400 - left);
  expect(summary.match(/<details/g)).toHaveLength(summary.match(/<\/details>/g)!.length);
  expect(summary.match(/^```/gm)!.length % 2).toBe(0);
});

test.each([0, 200, 1000, 2000, 4000, 8000, 12_000])('it never has more than %i bytes', (limit) => {
  const summary = jobSummary(evidence, limit);
  expect(Buffer.byteLength(summary)).toBeLessThanOrEqual(limit);
  expect(summary.match(/<details/g)?.length).toBe(summary.match(/<\/details>/g)?.length);
  if (summary !== '') {
    expect(summary).toMatch(/not all here: /);
  }
});

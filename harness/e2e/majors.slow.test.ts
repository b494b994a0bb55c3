import { describe, expect, it } from 'vitest';

import { releases } from '../topology/embedded/fetched-server.ts';
import { sandbox } from '../testing/cli.ts';

const known = await releases();
const majors = Object.keys(known).filter(
  (major) => known[major]!.integrity[`${process.platform}-${process.arch}`] !== undefined,
);

describe('this project holds', () => {
  it.each(majors)('on PostgreSQL %s', async (major) => {
    await using project = await sandbox();
    const { exitCode, stderr, evidence } = await project.run('--pg', major);
    expect(stderr).not.toContain('internal error');
    expect(evidence?.verdict).toEqual({ status: 'pass', exit_code: 0, reasons: [] });
    expect(exitCode).toBe(0);
    expect(evidence!.run.server_version).toBe(known[major]!.version.replace(/\.0-.*/, ''));
  });
});

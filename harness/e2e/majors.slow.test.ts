import path from 'node:path';

import { describe, expect, it } from 'vitest';

import { repository, sandbox } from '../testing/cli.ts';
import { emptyFolder } from '../testing/empty-folder.ts';
import { packagePlatform } from '../topology/embedded/package-platform.ts';
import { releases } from '../topology/embedded/fetched-server.ts';

const { at } = emptyFolder();

const known = await releases();
const majors = Object.keys(known).filter((major) => known[major]!.integrity[packagePlatform()] !== undefined);

// Before 16 a membership has no INHERIT option, and before 15 everybody may create in public.
const walked = ['authenticator', 'jwt-claims', 'organisation-and-user', 'role-per-tenant', 'supabase'].flatMap((name) =>
  majors.filter((major) => Number(major) > 16).map((major) => [name, major] as const),
);

describe('a fixture project holds', () => {
  it.each(walked)('%s on PostgreSQL %s', async (name, major) => {
    const contract = path.join(repository, 'harness', 'e2e', 'fixtures', name, 'contract.yaml');
    const { exitCode, stdout } = await at('run', '--contract', contract, '--pg', major);
    expect([exitCode, stdout]).toEqual([0, expect.stringContaining('PASS')]);
  });
});

describe('this project holds', () => {
  it.each(majors)('on PostgreSQL %s', async (major) => {
    await using project = await sandbox();
    const { exitCode, stderr, evidence } = await project.run('--pg', major);
    expect(stderr).not.toContain('internal error');
    expect(evidence?.verdict).toMatchObject({ status: 'pass', exit_code: 0, reasons: [] });
    expect(evidence!.build_paths.find(({ path: way }) => way === 'as-migrator')).toMatchObject({
      same: true,
      migrator: 'admin',
    });
    expect(exitCode).toBe(0);
    expect(evidence!.run.server_version).toBe(known[major]!.version.replace(/\.0-.*/, ''));
  });
});

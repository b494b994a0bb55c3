import { cp, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { execa } from 'execa';
import { describe, expect, it } from 'vitest';

import { repository } from '../testing/cli.ts';
import { emptyFolder } from '../testing/empty-folder.ts';

const { file, put, at } = emptyFolder({ PATH: `/usr/bin:${process.env['PATH'] ?? ''}` });
const fixture = path.join(repository, 'harness', 'e2e', 'alembic-clinic');

const lacks = await execa('/usr/bin/python3', ['-c', 'import alembic, psycopg2'], { reject: false });
if (lacks.exitCode !== 0 && process.env['ROLECALL_REQUIRE_ALEMBIC'] === '1') {
  throw new Error(`Alembic is required here, and cannot be started: ${lacks.stderr || lacks.shortMessage}`);
}

/** What somebody might do in a fourth revision, and the finding. */
const flaws: [what: string, sql: string, found: RegExp][] = [
  [
    'a policy for everybody',
    'CREATE POLICY everyone ON clinic.patients FOR SELECT TO clinic_reports USING (true)',
    /^finding +fail-open clinic_reports: SELECT on clinic\.patients/m,
  ],
  [
    'the passwords for the web',
    'GRANT SELECT ON clinic.portal_passwords TO clinic_web',
    /^finding +\S+ clinic_web.*clinic\.portal_passwords/m,
  ],
  [
    'a definer without search_path',
    'ALTER FUNCTION clinic.may_enter(integer, text) RESET search_path',
    /^finding +definer-without-search-path .*clinic\.may_enter/m,
  ],
];

describe.skipIf(lacks.exitCode !== 0)('an Alembic project', () => {
  it('comes to evidence by init and run, without a hand on any file', async () => {
    await cp(fixture, file(), { recursive: true });
    const drafted = await at('init');
    expect(drafted).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('Nothing that is wrong was found.') as unknown,
      stderr: expect.stringContaining('alembic.ini, of 3 revisions') as unknown,
    });
    const ran = await at('run');
    expect(ran).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('taken-down') as unknown });
  });

  it('has its flaws accepted by init, and as findings without that', async () => {
    await cp(fixture, file(), { recursive: true });
    const statements = flaws.map(([, sql]) => `    op.execute("${sql}")`).join('\n');
    await put(
      'alembic/versions/dd01_flaws.py',
      `from alembic import op\n\nrevision = "dd01"\ndown_revision = "c7d2"\n\n\ndef upgrade():\n${statements}\n\n\ndef downgrade():\n    pass\n`,
    );
    expect(await at('init')).toMatchObject({ exitCode: 0 });
    const contract = file('db/contract.yaml');
    const text = await readFile(contract, 'utf8');
    await writeFile(contract, text.replace(/\naccepted:[^]*$/, '\n'));
    const { exitCode, stdout } = await at('run');
    expect(exitCode).toBe(1);
    for (const [what, , found] of flaws) {
      expect([what, stdout]).toEqual([what, expect.stringMatching(found)]);
    }
  });
});

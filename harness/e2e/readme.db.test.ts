import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { expect, it } from 'vitest';

import { repository, rolecall } from '../testing/cli.ts';

it('the project in the README passes as it is printed, and fails with a grant too many', async () => {
  const readme = await readFile(path.join(repository, 'README.md'), 'utf8');
  const files = [...readme.matchAll(/^`([\w./]+)`\n\n```\w+\n([^]*?)^```/gm)].map(([, name, content]) => ({
    name: name!,
    content: content!,
  }));
  expect(files).toHaveLength(7);
  const folder = await mkdtemp(path.join(tmpdir(), 'rolecall-readme-'));
  try {
    for (const { name, content } of files) {
      await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
      await writeFile(path.join(folder, name), content);
    }
    const passed = await rolecall(['run'], { cwd: folder });
    expect(passed.stdout).toContain('PASS the contract holds.');
    expect(passed.exitCode).toBe(0);

    await writeFile(
      path.join(folder, 'db/migrations/002_grants.sql'),
      'grant select, insert on public.orders to my_service;\ngrant select on public.cards to my_service;\n',
    );
    const failed = await rolecall(['run'], { cwd: folder });
    expect(failed.exitCode).toBe(1);
    expect(failed.stdout).toContain(
      'my_service has SELECT on table public.cards directly, granted by postgres; the contract does not declare it',
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

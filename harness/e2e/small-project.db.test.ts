import { appendFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { expect, it } from 'vitest';

import { rolecall } from '../testing/cli.ts';
import { blockWith, textOf } from '../testing/documents.ts';

const document = 'docs/small-project.md';

it('the small project of the documents passes as it is printed, and fails with a grant too many', async () => {
  const files = [...textOf(document).matchAll(/^`([\w./]+)`\n\n```\w+\n([^]*?)^```/gm)].map(([, name, content]) => ({
    name: name!,
    content: content!,
  }));
  expect(files).toHaveLength(7);
  const folder = await mkdtemp(path.join(tmpdir(), 'rolecall-small-'));
  try {
    for (const { name, content } of files) {
      await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
      await writeFile(path.join(folder, name), content);
    }
    const passed = await rolecall(['run'], { cwd: folder });
    expect(passed.stdout).toContain('PASS the contract holds.');
    expect(passed.exitCode).toBe(0);

    const [, sql, file] = blockWith(document, 'echo').text.match(/^echo '(.*)' >> (\S+)$/m)!;
    await appendFile(path.join(folder, file!), `${sql}\n`);
    const failed = await rolecall(['run'], { cwd: folder });
    expect(failed.exitCode).toBe(1);
    expect(failed.stdout).toContain(blockWith(document, 'does not declare it').text.trim());
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

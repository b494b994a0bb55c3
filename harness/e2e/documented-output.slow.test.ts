import { expect, it } from 'vitest';

import { rolecall, sandbox } from '../testing/cli.ts';
import { blockWith } from '../testing/documents.ts';

/** Lines without the parts that differ from run to run: times, the marks of a diff, and omissions. */
function lasting(text: string): string[] {
  return text
    .split('\n')
    .map((line) =>
      line
        .replace(/^[-+]/, ' ')
        .replaceAll(/\d+(?:\.\d+)? m?s\b/g, '')
        .replaceAll(/\s+/g, ' ')
        .trim(),
    )
    .filter((line) => line !== '');
}

it('the contract breaks as the README says, and prints what stands there', async () => {
  await using copy = await sandbox();
  const [, sql, file] = blockWith('README.md', 'echo').text.match(/^echo '(.*)' >> (\S+)$/m)!;
  await copy.append(file!, `${sql}\n`);
  const { exitCode, stdout, stderr } = await rolecall(['run'], { cwd: copy.folder });
  expect(exitCode).toBe(1);
  const printed = new Set(lasting(`${stderr}\n${stdout}`));
  expect(lasting(blockWith('README.md', 'finding ').text).filter((line) => !printed.has(line))).toEqual([]);
});

it('why answers as the documents say', async () => {
  const { exitCode, stdout } = await rolecall(['why', 'app_user', 'SELECT', 'public.tenants']);
  expect([exitCode, stdout.trim()]).toEqual([0, blockWith('docs/live-database.md', 'missing: SELECT').text.trim()]);
});

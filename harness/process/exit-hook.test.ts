import { fileURLToPath } from 'node:url';

import { expect, it } from 'vitest';

import { runChild } from './child.ts';

const module = new URL('./exit-hook.ts', import.meta.url).href;

it('cleans up last in first out when the process ends by itself, goes on after a failure, and forgets what was withdrawn', async () => {
  const script = `
    import { lastResort } from ${JSON.stringify(module)};
    lastResort(() => console.log('folder'));
    lastResort(() => { throw new Error('no'); });
    lastResort(() => console.log('withdrawn'))();
    lastResort(() => console.log('server'));
    process.exit(0);`;
  const stdout = await runChild(
    process.execPath,
    ['--import', import.meta.resolve('tsx'), '--input-type=module', '-e', script],
    {
      cwd: fileURLToPath(new URL('.', import.meta.url)),
    },
  );
  expect(stdout).toBe('server\nfolder');
});

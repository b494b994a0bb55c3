import { fileURLToPath } from 'node:url';

import { expect, it } from 'vitest';

import { runChild } from './child.ts';

const module = new URL('./exit-hook.ts', import.meta.url).href;

it('at exit cleans up last in first out, continues after a failure, names what is left, and skips what was unregistered', async () => {
  const script = `
    import { onExit } from ${JSON.stringify(module)};
    onExit(() => console.log('folder'));
    onExit(() => { throw new Error('no'); });
    onExit(() => console.log('unregistered'))();
    onExit(() => 'the roles are still there');
    onExit(() => console.log('server'));
    process.exit(0);`;
  const stdout = await runChild(
    process.execPath,
    ['--import', import.meta.resolve('tsx'), '--input-type=module', '-e', script],
    {
      cwd: fileURLToPath(new URL('.', import.meta.url)),
      withStderr: true,
    },
  );
  expect(stdout.split('\n').toSorted()).toEqual(['folder', 'rolecall: the roles are still there', 'server']);
  expect(stdout.indexOf('server')).toBeLessThan(stdout.indexOf('folder'));
});

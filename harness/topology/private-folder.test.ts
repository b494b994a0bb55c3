import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm, stat, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { runChild, startChild } from '../process/child.ts';
import type { RolecallError } from '../common/errors.ts';
import { tagOf, thisOwner, type Owner } from '../process/owner.ts';
import { abandonedFolders, isReachable, makePrivateFolder, removeFolder, removeFolderNow } from './private-folder.ts';

let base: string;
beforeEach(async () => {
  base = await mkdtemp(path.join(tmpdir(), 'rolecall-folders-'));
  await chmod(base, 0o755);
});
afterEach(() => rm(base, { recursive: true }));

const folder = async (name: string, mode = 0o755) => {
  const made = path.join(base, name);
  await mkdir(made, { recursive: true });
  await chmod(made, mode);
  return made;
};
const self = { uid: process.getuid!(), gid: process.getgid!() };
/** The process id of a process that has ended. */
const deadPid = async () =>
  Number(await runChild(process.execPath, ['-e', 'console.log(process.pid)'], { cwd: tmpdir() }));

describe('a folder is reachable', () => {
  it('when every folder above it lets others pass', async () => {
    expect(await isReachable(await folder('a/b'))).toBe(true);
    await chmod(path.join(base, 'a'), 0o711);
    expect(await isReachable(path.join(base, 'a/b'))).toBe(true);
  });

  it.each([0o700, 0o750, 0o754])('not when one above it has mode %o', async (mode) => {
    const inner = await folder('closed/b');
    await chmod(path.join(base, 'closed'), mode);
    expect(await isReachable(inner)).toBe(false);
  });

  it('by where it really is', async () => {
    const inner = await folder('closed/b');
    await symlink(inner, path.join(base, 'link'));
    expect(await isReachable(path.join(base, 'link'))).toBe(true);
    await chmod(path.join(base, 'closed'), 0o700);
    expect(await isReachable(path.join(base, 'link'))).toBe(false);
  });
});

describe('a private folder', () => {
  const refusal = (...candidates: string[]) =>
    makePrivateFolder(candidates, 1, self).then(
      () => undefined,
      (error: unknown) => error as RolecallError,
    );

  it('is made in the first candidate that will do, for its owner alone, named after this process', async () => {
    const [closed, open] = [await folder('closed', 0o700), await folder('open')];
    const made = await makePrivateFolder([path.join(base, 'gone'), closed, open, base], 1, self);
    expect(made).toMatch(new RegExp(`^${open}/rolecall-${tagOf(await thisOwner())}-\\w+$`));
    expect((await stat(made)).mode & 0o777).toBe(0o700);
    expect((await stat(made)).uid).toBe(self.uid);
  });

  it('needs not be reachable when the server runs as we do', async () => {
    const closed = await folder('closed', 0o700);
    expect(path.dirname(await makePrivateFolder([closed], 1, undefined))).toBe(closed);
  });

  it('is refused with a reason for every candidate', async () => {
    const closed = await folder('closed', 0o700);
    const error = await refusal(path.join(base, 'gone'), closed);
    expect(error).toMatchObject({ code: 'topology-failed', next: expect.stringContaining('ROLECALL_TEMP_DIR') });
    expect(error!.message.split('\n')).toEqual([
      'no folder can hold a temporary database server',
      expect.stringMatching(/^- .*\/gone: ENOENT/),
      `- ${closed}: closed to the user the server runs as`,
    ]);
  });

  it('is refused where there is no room', async () => {
    await expect(makePrivateFolder([base], 2 ** 60, undefined)).rejects.toThrow(/\d+ MiB free, 1099511627776 needed/);
    await expect(makePrivateFolder([], 1, undefined)).rejects.toThrow('no folder can hold a temporary database server');
  });
});

describe('abandoned folders', () => {
  const of = async (owner: Partial<Owner>) => folder(`rolecall-${tagOf({ ...(await thisOwner()), ...owner })}-a8XkQ2`);

  it('are those of processes that are gone, and no others', async () => {
    const dead = await deadPid();
    const abandoned = [await of({ pid: dead }), await of({ started: '1' }), await of({ boot: '00000000', pid: 1 })];
    await makePrivateFolder([base], 1, self);
    for (const name of [
      'rolecall-cache',
      `rolecall-${dead}-a8XkQ2`,
      `other-${tagOf({ ...(await thisOwner()), pid: dead })}-a8XkQ2`,
    ]) {
      await folder(name);
    }
    expect(await abandonedFolders([base, base, path.join(base, 'gone')])).toEqual(abandoned.toSorted());
    await Promise.all(abandoned.map(removeFolder));
    expect(await abandonedFolders([base])).toEqual([]);
  });

  it('are never those of another machine or container, where the number of a process says nothing', async () => {
    await of({ pid: await deadPid(), host: '0123456789ab' });
    expect(await abandonedFolders([base])).toEqual([]);
  });
});

describe('a folder that is removed as the process ends', () => {
  it('goes although several are still writing there', async () => {
    const busy = await folder('busy/data');
    const writer = `
      const until = Date.now() + 1500;
      console.log('writing');
      for (let count = 0; Date.now() < until; count++) {
        try { require('node:fs').writeFileSync(process.argv[1] + '/' + process.pid + '-' + count % 500, ''); } catch (error) { if (error.code === 'ENOENT') break; }
      }`;
    const writers = Array.from({ length: 3 }, () =>
      startChild(process.execPath, ['-e', writer, busy], { cwd: tmpdir(), killSignal: 'SIGKILL' }),
    );
    await Promise.all(writers.map(({ stdout }) => new Promise((resolve) => stdout.once('data', resolve))));
    removeFolderNow(path.join(base, 'busy'));
    expect(existsSync(busy)).toBe(false);
    writers.forEach(({ stderr }) => stderr.resume());
    await Promise.all(writers.map(({ ended }) => ended));
    expect(existsSync(busy)).toBe(false);
  });
});

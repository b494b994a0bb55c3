import { chmod, mkdir, mkdtemp, rm, stat, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { runChild } from '../common/child.ts';
import type { RolecallError } from '../common/errors.ts';
import { abandonedFolders, isAlive, isReachable, makePrivateFolder, removeFolder } from './private-folder.ts';

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
/** The number of a process that has ended. */
const deadPid = async () => Number(await runChild(process.execPath, ['-e', 'console.log(process.pid)'], { cwd: tmpdir() }));

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
  const refusal = (...candidates: string[]) => makePrivateFolder(candidates, 1, self).then(() => undefined, (error: unknown) => error as RolecallError);

  it('is made in the first candidate that will do, for its owner alone, named after this process', async () => {
    const [closed, open] = [await folder('closed', 0o700), await folder('open')];
    const made = await makePrivateFolder([path.join(base, 'gone'), closed, open, base], 1, self);
    expect(made).toMatch(new RegExp(`^${open}/rolecall-${process.pid}-\\w+$`));
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
  it('are those of processes that are gone, and no others', async () => {
    const dead = await deadPid();
    const abandoned = await folder(`rolecall-${dead}-abc`);
    for (const name of [`rolecall-${process.pid}-abc`, 'rolecall-cache', 'rolecall-abc-1', `other-${dead}-abc`, `rolecall-${dead}`]) {
      await folder(name);
    }
    expect(await abandonedFolders([base, base, path.join(base, 'gone')])).toEqual([abandoned]);
    await removeFolder(abandoned);
    expect(await abandonedFolders([base])).toEqual([]);
  });

  it('go by whether a process is alive', async () => {
    expect([isAlive(process.pid), isAlive(1), isAlive(await deadPid())]).toEqual([true, true, false]);
  });
});

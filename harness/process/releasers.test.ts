import { describe, expect, it } from 'vitest';

import { RolecallError } from '../common/errors.ts';
import { Releasers } from './releasers.ts';

/** Releasers that note in `log` what they release. */
async function started(log: string[], ...names: string[]): Promise<Releasers> {
  const releasers = new Releasers();
  for (const name of names) {
    await releasers.add(name, {
      release: () => {
        log.push(name);
        if (name.startsWith('bad')) {
          throw new Error('no');
        }
      },
    });
  }
  return releasers;
}

describe('releasers', () => {
  it('release last-in first-out', async () => {
    const log: string[] = [];
    await (await started(log, 'folder', 'server', 'session')).release();
    expect(log).toEqual(['session', 'server', 'folder']);
  });

  it('wait for one before they go on to the next', async () => {
    const log: string[] = [];
    const releasers = await started(log, 'folder');
    await releasers.add('server', {
      release: async () => {
        await new Promise((resolve) => setImmediate(resolve));
        log.push('server');
      },
    });
    await releasers.release();
    expect(log).toEqual(['server', 'folder']);
  });

  it('release only once, however often they are told to', async () => {
    const log: string[] = [];
    const releasers = await started(log, 'server');
    await Promise.all([releasers.release(), releasers.release()]);
    await releasers.release();
    expect(log).toEqual(['server']);
  });

  it('go on after a failure, and name every one', async () => {
    const log: string[] = [];
    const releasers = await started(log, 'folder', 'bad one', 'server', 'bad two');
    await expect(releasers.release()).rejects.toThrow('could not stop bad two: no; bad one: no');
    expect(log).toEqual(['bad two', 'server', 'bad one', 'folder']);
  });

  it('tell for each failure what to do, with the advice of the failed item where it has one', async () => {
    const releasers = await started([], 'bad folder', 'bad server');
    await releasers.add('roles', {
      release: () => Promise.reject(new RolecallError('sql-failed', { message: 'still there', next: 'Drop them.' })),
    });
    await expect(releasers.release()).rejects.toMatchObject({
      code: 'release-failed',
      message: 'could not stop roles: still there; bad server: no; bad folder: no',
      next: 'Drop them. See what is left, and end it by hand.',
    });
  });

  it('release immediately whatever is added after they have released', async () => {
    const log: string[] = [];
    const releasers = await started(log, 'folder');
    await releasers.release();
    await expect(releasers.add('late server', { release: () => void log.push('late server') })).rejects.toThrow(
      'late server was started after the end and has been stopped',
    );
    expect(log).toEqual(['folder', 'late server']);
  });
});

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { guarded } from './answer-guard.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A pending answer, on a socket that notes what happens to it. */
function owed() {
  let resolve: (value: string) => void = () => undefined;
  let reject: (error: Error) => void = () => undefined;
  const answer = new Promise<string>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  const log: string[] = [];
  const socket = {
    bytesRead: 0,
    destroy: () => {
      log.push('destroyed');
      reject(new Error('the connection is gone'));
    },
  };
  const wait = (isThere: () => Promise<boolean>) =>
    guarded(
      answer,
      socket,
      1000,
      () => (log.push('asked'), isThere()),
      () => log.push('silent'),
    );
  return { answered: resolve, refused: reject, socket, log, wait };
}

const yes = () => Promise.resolve(true);
const no = () => Promise.resolve(false);

describe('an answer', () => {
  it('that comes in time is given, and nobody is asked', async () => {
    const { answered, log, wait } = owed();
    const given = wait(no);
    await vi.advanceTimersByTimeAsync(999);
    answered('42');
    expect(await given).toBe('42');
    await vi.advanceTimersByTimeAsync(10_000);
    expect([log, vi.getTimerCount()]).toEqual([[], 0]);
  });

  it('that is an error is passed on', async () => {
    const { refused, wait } = owed();
    const given = wait(no);
    refused(new Error('permission denied'));
    await expect(given).rejects.toThrow('permission denied');
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is waited for as long as the server is there', async () => {
    const { answered, log, wait } = owed();
    const given = wait(yes);
    await vi.advanceTimersByTimeAsync(5000);
    answered('late');
    expect(await given).toBe('late');
    expect(log).toEqual(Array.from({ length: 5 }, () => 'asked'));
  });

  it('of which something has come is waited for without asking', async () => {
    const { answered, socket, log, wait } = owed();
    const given = wait(no);
    for (let second = 0; second < 5; second++) {
      socket.bytesRead += 10;
      await vi.advanceTimersByTimeAsync(1000);
    }
    answered('in pieces');
    expect([await given, log]).toEqual(['in pieces', []]);
  });

  it('of a server that is not there is given up', async () => {
    const { log, wait } = owed();
    const given = expect(wait(no)).rejects.toThrow('the connection is gone');
    await vi.advanceTimersByTimeAsync(1000);
    await given;
    expect([log, vi.getTimerCount()]).toEqual([['asked', 'silent', 'destroyed'], 0]);
  });

  it.each<[what: string, during: (one: ReturnType<typeof owed>) => void]>([
    ['comes', ({ answered }) => answered('just in time')],
    ['begins', ({ socket }) => void (socket.bytesRead += 1)],
  ])('that %s while somebody asks is not given up', async (_, during) => {
    const one = owed();
    const given = one.wait(() => {
      during(one);
      return no();
    });
    await vi.advanceTimersByTimeAsync(1500);
    one.answered('just in time');
    expect([await given, one.log]).toEqual(['just in time', ['asked']]);
  });
});

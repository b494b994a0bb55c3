import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { RolecallError } from '../common/errors.ts';
import { interruption, type Interruption } from './interruption.ts';

let forced: number[];
let interrupted: Interruption;
let before: number;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] });
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  before = process.listenerCount('SIGHUP');
  forced = [];
  interrupted = interruption((code) => forced.push(code));
});
afterEach(() => {
  interrupted.dispose();
  vi.restoreAllMocks();
  vi.useRealTimers();
});

/** Simulates a signal to this process, without sending one to the test runner. */
const send = (name: 'SIGHUP' | 'SIGINT' | 'SIGTERM') => {
  const listeners = process.listeners(name);
  listeners.at(-1)!(name);
};

describe('an interruption', () => {
  it('is not aborted before a signal comes', () => {
    expect([interrupted.code, interrupted.signal.aborted, forced]).toEqual([undefined, false, []]);
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('by %s cancels, with exit code %i', (name, code) => {
    send(name);
    expect(interrupted.code).toBe(code);
    expect(interrupted.signal.reason).toBeInstanceOf(RolecallError);
    expect(interrupted.signal.reason).toMatchObject({
      code: 'interrupted',
      message: `interrupted by ${name}`,
      exit: code,
    });
    expect(forced).toEqual([]);
  });

  it('ignores a second signal within half a second of the first', () => {
    send('SIGINT');
    vi.advanceTimersByTime(499);
    send('SIGINT');
    send('SIGTERM');
    expect(forced).toEqual([]);
  });

  it('a later second signal ends the process at once, with the exit code of the first', () => {
    send('SIGINT');
    vi.advanceTimersByTime(501);
    send('SIGTERM');
    expect(forced).toEqual([130]);
  });

  it('no longer reacts to signals once it is disposed', () => {
    interrupted.dispose();
    expect(process.listenerCount('SIGHUP')).toBe(before);
  });
});

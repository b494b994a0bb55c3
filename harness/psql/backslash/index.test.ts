import { execFileSync } from 'node:child_process';

import { expect, it } from 'vitest';

import { findPsql } from '../../testing/psql-program.ts';
import { isBranching } from './branch.ts';
import { commands, isPsqlCommand } from './index.ts';

const psql = findPsql();

it.skipIf(psql === undefined)('every command that psql tells of is understood, or refused by its name', () => {
  const help = execFileSync(psql!, ['--help=commands'], { encoding: 'utf8' });
  const named = [...help.matchAll(/^ {2}\\([^\s[]+)/gm)].map(([, name]) => name!);
  expect(named.length).toBeGreaterThan(80);
  const [understood, refused] = [
    named.filter((name) => commands.has(name) || isBranching(name)),
    named.filter(isPsqlCommand),
  ];
  expect(named.filter((name) => !understood.includes(name) && !refused.includes(name))).toEqual([]);
  expect(understood.length).toBeGreaterThan(30);
  expect(understood.filter((name) => refused.includes(name))).toEqual([]);
});

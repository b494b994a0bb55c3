import { execa } from 'execa';
import { describe, expect, it } from 'vitest';

import { rolecall } from '../testing/cli.ts';

const { stdout: script } = await rolecall(['completion', 'bash']);

/** The words that bash offers for the last of these words. */
async function offered(...words: string[]): Promise<string[]> {
  const line = words.map((word) => `'${word}'`).join(' ');
  const { stdout } = await execa('bash', [
    '-c',
    `${script}\nCOMP_WORDS=(${line}) COMP_CWORD=${words.length - 1}\n_rolecall\nprintf '%s\\n' "\${COMPREPLY[@]}"`,
  ]);
  return stdout.split('\n');
}

describe('completion in bash', () => {
  it.each([
    [['rolecall', 'dr'], ['drift']],
    [['rolecall', 'drift', '--u'], ['--url']],
    [['rolecall', 'run', '--topology', 'e'], ['embedded']],
    [
      ['rolecall', 'completion', ''],
      ['bash', 'zsh', 'fish', '--help'],
    ],
    [['rolecall', 'run', '--contract', 'package.j'], ['package.json']],
    [['rolecall', 'report', 'reports/IND'], ['reports/INDEX.md']],
  ])('%j', async (words, wanted) => {
    expect(await offered(...words)).toEqual(wanted);
  });
});

describe('completion', () => {
  it('refuses a shell that nobody knows', async () => {
    const { exitCode, stderr } = await rolecall(['completion', 'tcsh']);
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('bash, zsh, fish')]);
  });
});

import { tmpdir } from 'node:os';

import { describe, expect, it } from 'vitest';

import { RolecallError } from '../common/errors.ts';
import type { Target } from '../postgres/target.ts';
import { migrationCommand, type MigrationCommand } from './command.ts';

const target: Target = { host: '127.0.0.1', port: 5432, user: 'postgres', password: 'p@ss/word', database: 'head db' };

/** Runs a node script as the project's migrator. */
function migrate(
  script: string,
  {
    args = [],
    password = target.password,
    signal = new AbortController().signal,
  }: { args?: string[]; password?: string; signal?: AbortSignal } = {},
): Promise<void> {
  const command = [process.execPath, '-e', script, '--', ...args];
  return migrationCommand({ command, urlEnv: 'DB_URL', cwd: tmpdir(), env: { STAGE: 'test' } }, signal).up(
    { ...target, password },
    '42',
  );
}
const failureOf = (work: Promise<void>) =>
  work.then(
    () => expect.fail('it did not fail'),
    (error: unknown) => error as RolecallError,
  );

describe('a migration command', () => {
  it('gets the revision in its arguments, the URL in its variable, and the environment', async () => {
    const script = `const [, revision, to] = process.argv; const { DB_URL, STAGE } = process.env;
      process.exit(revision === '42' && to === 'to=42' && STAGE === 'test' && DB_URL === 'postgresql://postgres:p%40ss%2Fword@127.0.0.1:5432/head%20db' ? 0 : 1);`;
    await migrate(script, { args: ['{revision}', 'to={revision}'] });
  });

  it('has a way back by a second command, or by {direction} in the first; else none', async () => {
    const { signal } = new AbortController();
    const script = 'process.exit(process.argv.at(-2) === "down" && process.argv.at(-1) === "41" ? 0 : 1)';
    const by = (given: Pick<MigrationCommand, 'command' | 'down'>) =>
      migrationCommand({ ...given, urlEnv: 'DB_URL', cwd: tmpdir(), env: {} }, signal);
    const node = [process.execPath, '-e', script, '--'];
    await by({ command: ['false'], down: [...node, 'down', '{revision}'] }).down!(target, '41');
    const both = by({ command: [...node, '{direction}', '{revision}'] });
    await both.down!(target, '41');
    expect(await failureOf(both.up(target, '41'))).toMatchObject({ code: 'migration-failed' });
    expect(by({ command: [...node, '{revision}'] }).down).toBeUndefined();
  });

  it('gets no other database: a variable that holds the URL of one holds ours', async () => {
    const script = `const { DIRECT_URL, DB_URL, HOME_PAGE } = process.env;
      process.exit(DIRECT_URL === 'postgres://' + DB_URL.replace(/^\\w+:\\/\\//, '') && HOME_PAGE === 'https://example.org' ? 0 : 1);`;
    const env = { DIRECT_URL: 'postgres://app:secret@production/app', HOME_PAGE: 'https://example.org' };
    await migrationCommand(
      { command: [process.execPath, '-e', script], urlEnv: 'DB_URL', cwd: tmpdir(), env },
      new AbortController().signal,
    ).up(target, '42');
  });

  it('fails with the words of the program', async () => {
    expect(await failureOf(migrate('console.error("no such revision"); process.exit(3)'))).toMatchObject({
      code: 'migration-failed',
      message: expect.stringMatching(/exit code 3[^]*no such revision/),
      next: expect.any(String),
    });
  });

  it.each(['process.env.DB_URL', 'decodeURIComponent(process.env.DB_URL)', 'new URL(process.env.DB_URL).password'])(
    'never shows the password: %s',
    async (said) => {
      const { message } = await failureOf(migrate(`console.error("cannot connect to " + ${said}); process.exit(1)`));
      expect(message).toContain('cannot connect to');
      expect(message).not.toMatch(/p@ss|p%40ss/);
    },
  );

  it('is readable without a password', async () => {
    expect((await failureOf(migrate('console.error("broken"); process.exit(1)', { password: '' }))).message).toMatch(
      /\nbroken$/,
    );
  });

  it('is interrupted by what interrupts the run', async () => {
    const controller = new AbortController();
    const failed = failureOf(migrate('setInterval(() => {}, 1000)', { signal: controller.signal }));
    controller.abort(new RolecallError('interrupted', { message: 'interrupted by SIGINT', exit: 130 }));
    expect(await failed).toMatchObject({ code: 'interrupted' });
  });
});

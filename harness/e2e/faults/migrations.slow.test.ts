import { execa } from 'execa';
import { describe, expect, it } from 'vitest';

import { smallProject } from '../../testing/small-project.ts';
import { expectNextRunPasses, expectTold, leftOnMachine, start } from '../../testing/fault.ts';

const within = (seconds: number) => (text: string) =>
  text.replace('{ folder: migrations }', `{ folder: migrations, timeout: ${seconds} }`);
const next = /migrations\.timeout/;

describe('a migration that hangs', () => {
  it('is cancelled when its time is up, and named with its line', async () => {
    await using project = await smallProject({
      'db/contract.yaml': within(1),
      'db/migrations/2_grants.sql': (text) => `${text}select pg_catalog.pg_sleep(600);\n`,
    });
    const run = start(project, ['run']);
    const ended = await run.ended;
    expectTold(
      ended,
      /^rolecall: a migration was not done after 1 s, and has been cancelled\n\S*db\/migrations\/2_grants\.sql:2:1: .*57014/m,
      next,
    );
    expect(ended.stderr).toContain('select pg_catalog.pg_sleep(600);\n^');
    expect(await leftOnMachine(run.pid)).toEqual([]);
    await expectNextRunPasses();
  });

  it('and will not be cancelled loses its connection', async () => {
    const stubborn = `do $$ begin loop begin perform pg_catalog.pg_sleep(600); exception when query_canceled then null; end; end loop; end $$;\n`;
    await using project = await smallProject({ 'db/contract.yaml': within(1), 'db/migrations/2_grants.sql': stubborn });
    const run = start(project, ['run']);
    expectTold(await run.ended, /^rolecall: a migration was not done after 1 s[^]*2_grants\.sql/m, next);
    expect(await leftOnMachine(run.pid)).toEqual([]);
  });

  it('as a command is ended with everything it started', async () => {
    const marker = `31${process.pid}.5`;
    await using project = await smallProject({
      'db/contract.yaml': (text) =>
        text.replace(
          '{ folder: migrations }',
          `{ command: [sh, -c, "echo waiting for the leader >&2; sleep ${marker}; true"], url_env: DB_URL, timeout: 1 }`,
        ),
    });
    const run = start(project, ['run']);
    const from = performance.now();
    expectTold(
      await run.ended,
      /^rolecall: the migration command up to \d was not done after 1 s, and has been ended: [^]*waiting for the leader/m,
      next,
    );
    expect(performance.now() - from).toBeLessThan(15_000);
    expect(await leftOnMachine(run.pid)).toEqual([]);
    expect((await execa('ps', ['-A', '-ww', '-o', 'command='])).stdout).not.toContain(`sleep ${marker}`);
  });
});

import { afterAll, beforeAll, expect, it } from 'vitest';

import { rolecall } from '../testing/cli.ts';
import { contractFile, startTestHead, type TestHead } from '../testing/head.ts';

let head: TestHead;
beforeAll(async () => {
  head = await startTestHead();
});
afterAll(() => head.stop());

it('check ends, and keeps no connection, where a login may have one only', { timeout: 180_000 }, async () => {
  await head.superuser.script('alter role app_user connection limit 1');
  const started = performance.now();
  const { exitCode, stdout, stderr } = await rolecall([
    ...['check', '--contract', contractFile, '--url', head.urls.superuser],
    ...['--login', `app_user=${head.urls.app_user}`, '--allow-pgtap'],
  ]);
  expect(performance.now() - started).toBeLessThan(120_000);
  expect([exitCode, stdout + stderr]).toEqual([3, expect.stringContaining('its CONNECTION LIMIT is 1, ')]);
  expect(stdout + stderr).not.toMatch(/\n {4}at /);
  expect(await head.superuser.query(`select from pg_stat_activity where usename = 'app_user'`)).toEqual([]);
});

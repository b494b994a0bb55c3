import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';

import { published } from './harness/testing/published.ts';

const project = (name: string, suffix: string, test: TestProjectInlineConfiguration['test']) => ({
  test: { name, include: [`harness/**/*${suffix}.test.ts`], ...test },
});

/** What every change has to pass: `npm test`. */
const tests = project('tests', '', {
  ...published,
  exclude: ['**/*.slow.test.ts', '**/*.fuzz.test.ts', '**/*.container.test.ts', '**/node_modules/**'],
  // Much of the time goes into waiting for servers: use every core.
  maxWorkers: '100%',
  // A file that imports anew what the last one had costs more than most tests.
  isolate: false,
  testTimeout: 60_000,
  hookTimeout: 120_000,
});

const others = [
  // They fetch what they need, once: `npm run test:slow`.
  project('slow', '.slow', { ...published, maxWorkers: '100%', testTimeout: 300_000, hookTimeout: 120_000 }),
  // They start containers: `npm run test:containers`. Where no engine answers they are skipped and say so, unless
  // ROLECALL_REQUIRE_CONTAINERS=1 makes that a failure. They compare what the engine has before and after: one at a time.
  project('containers', '.container', {
    ...published,
    fileParallelism: false,
    testTimeout: 180_000,
    hookTimeout: 180_000,
  }),
  // Our splitting of scripts beside psql's: `npm run fuzz`, on a machine that has psql.
  project('fuzz', '.fuzz', { testTimeout: 1_200_000 }),
];

// Who names no project means the tests that every machine can run. They are not a project then, so that --exclude reaches them.
const named = process.argv.some((word) => /^--project\b/.test(word));

export default defineConfig({
  test: { reporters: ['default'], ...(named ? { projects: [tests, ...others] } : tests.test) },
});

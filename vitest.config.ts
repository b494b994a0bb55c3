import { defineConfig } from 'vitest/config';

import { published } from './harness/testing/published.ts';

export default defineConfig({
  test: {
    ...published,
    include: ['harness/**/*.test.ts'],
    exclude: ['**/*.slow.test.ts', '**/*.fuzz.test.ts', '**/*.container.test.ts', '**/node_modules/**'],
    reporters: ['default'],
    // Much of the time goes into waiting for servers: use every core.
    maxWorkers: '100%',
    // A file that imports anew what the last one had costs more than most tests.
    isolate: false,
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});

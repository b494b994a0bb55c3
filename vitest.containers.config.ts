import { defineConfig } from 'vitest/config';

import { published } from './harness/testing/published.ts';

// Tests that start containers: npm run test:containers. Where no engine answers they are skipped and say so, unless
// ROLECALL_REQUIRE_CONTAINERS=1 makes that a failure.
export default defineConfig({
  test: {
    ...published,
    include: ['harness/**/*.container.test.ts'],
    reporters: ['default'],
    // They compare what the engine has before and after: one file at a time.
    fileParallelism: false,
    testTimeout: 180_000,
    hookTimeout: 180_000,
  },
});

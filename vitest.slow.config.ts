import { defineConfig } from 'vitest/config';

import { published } from './harness/testing/published.ts';

// Tests that fetch what they need, once: npm run test:slow.
export default defineConfig({
  test: {
    ...published,
    include: ['harness/**/*.slow.test.ts'],
    reporters: ['default'],
    maxWorkers: '100%',
    testTimeout: 300_000,
    hookTimeout: 120_000,
  },
});

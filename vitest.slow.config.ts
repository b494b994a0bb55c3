import { defineConfig } from 'vitest/config';

// Tests that fetch what they need, once: npm run test:slow.
export default defineConfig({
  test: {
    include: ['harness/**/*.slow.test.ts'],
    reporters: ['default'],
    testTimeout: 300_000,
    hookTimeout: 120_000,
  },
});

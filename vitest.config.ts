import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['harness/**/*.test.ts'],
    exclude: ['**/*.slow.test.ts', '**/*.container.test.ts', '**/node_modules/**'],
    reporters: ['default'],
    // Much of the time goes into waiting for servers: use every core.
    maxWorkers: '100%',
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});

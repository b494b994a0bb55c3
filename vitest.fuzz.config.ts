import { defineConfig } from 'vitest/config';

// The comparison of our splitting of scripts with psql's: `npm run fuzz`, on a machine that has psql.
export default defineConfig({ test: { include: ['harness/**/*.fuzz.test.ts'], testTimeout: 1_200_000 } });

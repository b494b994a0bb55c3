import type { ViteUserConfig } from 'vitest/config';

/**
 * Settings with which tests start the published program, compiled once: it starts in a third of the time. For the npm scripts;
 * `vitest run FILE` runs the sources.
 */
export const published: NonNullable<ViteUserConfig['test']> = process.env['npm_lifecycle_event']?.startsWith('test')
  ? { globalSetup: ['harness/testing/compile.ts'], env: { ROLECALL_TEST_PROGRAM: 'dist/cli.js' } }
  : {};

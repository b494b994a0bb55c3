import { execa } from 'execa';

/** Compiles the program once for all test files; types are checked elsewhere. */
export async function setup(): Promise<void> {
  await execa('npm', ['run', '--silent', 'compile'], { stdio: ['ignore', 'inherit', 'inherit'] });
}

// Makes dist/ from harness/: the programs, the declarations of the library entry, and what tsc does not copy. No shell is needed.
import { chmod, rm } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { execa } from 'execa';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = path.join(root, 'dist');

await rm(dist, { recursive: true, force: true });
await execa('tsc', ['-p', '.ci/tsconfig.build.json'], { cwd: root, preferLocal: true, stdio: 'inherit' });
await import('./copy-assets.ts');
await chmod(path.join(dist, 'cli.js'), 0o755);

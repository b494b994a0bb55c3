// Copies what tsc does not (SQL, templates, schemas) from harness/ to dist/.
import { cp } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const left = new Set(['testing', 'e2e', 'bench', 'fixtures', '__snapshots__']);

await cp(path.join(root, 'harness'), path.join(root, 'dist'), {
  recursive: true,
  filter: (source) => !left.has(path.basename(source)) && !/\.(ts|snap)$/.test(source),
});

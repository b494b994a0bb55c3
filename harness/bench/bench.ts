// npm run bench: how long the parts take. `npm run bench -- test-files` runs only one. It prints and asserts nothing.
import { benchLargeDatabase } from './large-database.ts';
import { benchMutants } from './mutants.ts';
import { benchTestFiles } from './test-files.ts';
import { benchWholeRun } from './whole-run.ts';

const parts = new Map([
  ['large-database', benchLargeDatabase],
  ['whole-run', benchWholeRun],
  ['mutants', benchMutants],
  ['test-files', benchTestFiles],
]);
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !parts.has(name));
if (unknown.length > 0) {
  throw new Error(`there is no part ${unknown.join(', ')}: ${[...parts.keys()].join(', ')}`);
}
for (const [name, bench] of parts) {
  if (wanted.length === 0 || wanted.includes(name)) {
    await bench();
  }
}

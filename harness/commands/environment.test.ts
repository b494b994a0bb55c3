import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { describe, expect, it } from 'vitest';

import { repository } from '../testing/cli.ts';
import { textOf } from '../testing/documents.ts';
import { environment, environmentOfTests } from './environment.ts';

const harness = path.join(repository, 'harness');
const sources = readdirSync(harness, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts') && !/^commands\/environment\b/.test(name))
  .map((name) => ({ name, text: readFileSync(path.join(harness, name), 'utf8') }));
const isOfTests = (name: string) => /\.(test|fixture)\.ts$|^(testing|bench|e2e)\//.test(name);

const namesIn = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map(([, name]) => name!);

/** Names of variables that are read from an environment, whatever the environment's name. */
function read(text: string): string[] {
  return [
    ...namesIn(text, /\benv(?:\.(?=[A-Z])|\[')([A-Za-z_]+)\b/g),
    ...namesIn(text, /\{ ([A-Z_]+)(?:: \w+| = '')?(?:, [A-Z_]+)* \}(?:: Context\['env'\]| = env)/g),
    ...namesIn(text, /\b(ROLECALL_[A-Z_]+)\b/g),
    ...namesIn(text, /'(PG[A-Z]{4,})'/g),
  ];
}

const listed = environment.flatMap(({ variables }) => variables.map(({ name }) => name));
const listedForTests = environmentOfTests.map(({ name }) => name);

describe('an environment variable', () => {
  it('that the program reads is listed', () => {
    const found = sources.filter(({ name }) => !isOfTests(name)).flatMap(({ text }) => read(text));
    expect(found).toContain('ROLECALL_ANSWER_TIMEOUT');
    // PGDATA is a variable of images. Rolecall sets it and does not read it.
    expect([...new Set(found)].filter((name) => !listed.includes(name) && name !== 'PGDATA')).toEqual([]);
  });

  it('that the compose file or the tests read is listed', () => {
    const found = [
      ...sources.filter(({ name }) => isOfTests(name)).flatMap(({ text }) => namesIn(text, /\b(ROLECALL_[A-Z_]+)\b/g)),
      ...namesIn(textOf('docker-compose.e2e.yml'), /\b(ROLECALL_[A-Z_]+)\b/g),
    ];
    expect([...new Set(found)].filter((name) => ![...listed, ...listedForTests].includes(name))).toEqual([]);
  });

  it('that is listed is read', () => {
    const all = [...sources.map(({ text }) => text), textOf('docker-compose.e2e.yml')].join('\n');
    expect([...listed, ...listedForTests].filter((name) => !new RegExp(`\\b${name}\\b`).test(all))).toEqual([]);
  });

  it('stands in docs/environment.md', () => {
    const text = textOf('docs/environment.md');
    expect([...listed, ...listedForTests].filter((name) => !text.includes(`\`${name}\``))).toEqual([]);
  });
});

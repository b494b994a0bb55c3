import { readFile } from 'node:fs/promises';
import path from 'node:path';

import { Ajv, type AnySchema } from 'ajv';
import { expect, it } from 'vitest';

import { mutation, noticed, untried } from '../mutation/report/mutation.fixture.ts';
import { repository } from '../testing/cli.ts';

it('a mutation report is what the JSON Schema of the package says, and the schema refuses what it does not know', async () => {
  const schema = JSON.parse(
    await readFile(path.join(repository, 'harness/mutation/mutation.schema.json'), 'utf8'),
  ) as AnySchema;
  const validate = new Ajv({ strict: false }).compile(schema);
  for (const report of [
    mutation,
    noticed,
    untried,
    { ...mutation, run: { ...mutation.run, shard: { index: 1, of: 2 } } },
  ]) {
    expect(validate(JSON.parse(JSON.stringify(report))), JSON.stringify(validate.errors?.slice(0, 3))).toBe(true);
  }
  expect(validate({ ...mutation, verdict: { status: 'fine' } })).toBe(false);
  expect(validate({ ...mutation, mutants: [{ ...mutation.mutants[0]!, status: 'crashed' }] })).toBe(false);
  expect(validate({ ...mutation, more: 1 })).toBe(false);
});

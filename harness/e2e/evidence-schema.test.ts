import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

import { Ajv, type AnySchema } from 'ajv';
import { expect, it } from 'vitest';

import { compact } from '../pack/compact.ts';
import { readEvidence } from '../pack/read-pack.ts';
import { repository } from '../testing/cli.ts';

it('the example’s evidence is what the JSON Schema of the package says, and the schema refuses what it does not know', async () => {
  const schema = JSON.parse(
    await readFile(path.join(repository, 'harness/pack/evidence.schema.json'), 'utf8'),
  ) as AnySchema;
  const validate = new Ajv({ strict: false }).compile(schema);
  const [pack] = await readdir(path.join(repository, 'reports/runs'));
  const evidence = compact(await readEvidence(path.join(repository, 'reports/runs', pack!)));
  expect(validate(evidence), JSON.stringify(validate.errors?.slice(0, 3))).toBe(true);
  expect(validate({ ...evidence, verdict: { status: 'fine' } })).toBe(false);
});

import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

import { Ajv, type AnySchema } from 'ajv';
import { expect, it } from 'vitest';

import { compact } from '../pack/compact.ts';
import { readEvidence } from '../pack/read-pack.ts';
import { repository } from '../testing/cli.ts';

const runs = path.join(repository, 'reports/runs');

it('the example’s evidence is what the JSON Schema of the package says, and the schema refuses what it does not know', async () => {
  const schema = JSON.parse(
    await readFile(path.join(repository, 'harness/pack/evidence.schema.json'), 'utf8'),
  ) as AnySchema;
  const validate = new Ajv({ strict: false }).compile(schema);
  const [pack] = await readdir(runs);
  const evidence = compact(await readEvidence(path.join(runs, pack!)));
  expect(validate(evidence), JSON.stringify(validate.errors?.slice(0, 3))).toBe(true);
  expect(validate({ ...evidence, verdict: { status: 'fine' } })).toBe(false);
});

it('evidence.json has the keys that other programs rely on', async () => {
  const pack = (await readdir(runs))[0]!;
  const stored = JSON.parse(await readFile(path.join(runs, pack, 'evidence.json'), 'utf8')) as Record<string, unknown>;
  const first = (key: string) => (stored[key] as object[])[0];
  expect(stored['run']).toEqual(
    expect.objectContaining(any('id', 'tool_version', 'contract_sha256', 'git_commit', 'topology', 'server_version')),
  );
  const phase = any('revision', 'database', 'fingerprint', 'suites', 'probes', 'roles');
  expect(stored['phases']).toEqual({
    baseline: expect.objectContaining(phase) as unknown,
    head: expect.objectContaining(phase) as unknown,
  });
  expect(first('truth_table')).toEqual(
    expect.objectContaining(
      any('object', 'access', 'identity', 'required_by', 'allowed', 'mechanism', 'rls', 'witnesses'),
    ),
  );
  expect(first('deficiencies')).toEqual(expect.objectContaining(any('id', 'claim', 'baseline', 'head', 'status')));
  expect(first('assertions')).toEqual(
    expect.objectContaining(any('suite', 'number', 'name', 'baseline', 'head', 'change')),
  );
  expect(first('fail_closed')).toEqual(expect.objectContaining(any('table', 'command', 'context', 'outcome', 'rows')));
  expect(stored['privilege_diff']).toEqual(any('added', 'removed'));
  expect(stored['findings']).toEqual([]);
  expect(stored['verdict']).toEqual(expect.objectContaining(any('status', 'exit_code', 'reasons')));
});

/** An object with these keys, whatever they hold. */
function any(...keys: string[]): Record<string, unknown> {
  return Object.fromEntries(keys.map((key) => [key, expect.anything() as unknown]));
}

import { readFile } from 'node:fs/promises';
import path from 'node:path';

import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';

import { isRecord } from '../common/is-record.ts';
import { repository, rolecall } from '../testing/cli.ts';
import { startFixtureHead } from '../testing/fixture-project.ts';
import { smallProject } from '../testing/small-project.ts';
import { documentedExamples, type DocumentedExample } from './documented-sessions.fixture.ts';

type Given = Record<string, unknown>;

const text = await readFile(path.join(repository, 'docs', 'sessions-and-rows.md'), 'utf8');
const examples = [...text.matchAll(/^## (.*?)$[^]*?^```yaml\n([^]*?)^```/gm)]
  .map(([, title, yaml]) => [title!, parse(yaml!) as Given] as const)
  .filter(([title]) => title !== 'On a platform');

const rest: Given = {
  version: 1,
  name: 'documented',
  title: 'An example of the documents',
  revisions: { baseline: '1', head: '2' },
  migrations: { folder: 'migrations' },
  provision: { before: 'provision.sql' },
  database: { grants: { PUBLIC: ['CONNECT', 'TEMPORARY'] } },
  schemas: { public: { grants: { PUBLIC: ['USAGE'] } } },
  future: { functions: { PUBLIC: ['EXECUTE'] }, types: { PUBLIC: ['USAGE'] } },
};

function joined(below: unknown, above: unknown): unknown {
  if (!isRecord(below) || !isRecord(above)) {
    return above ?? below;
  }
  const keys = new Set([...Object.keys(below), ...Object.keys(above)]);
  return Object.fromEntries([...keys].map((key) => [key, joined(below[key], above[key])]));
}

/** A project of the example as written, and of what it leaves out. */
function projectOf(example: Given, { sql, contract }: DocumentedExample) {
  const names = ['app', ...(JSON.stringify(example).includes('reporting') ? ['reporting'] : [])];
  const identities = {
    ...((example['identities'] as Given | undefined) ??
      Object.fromEntries(names.map((name) => [name, { kind: 'login' }]))),
    postgres: { kind: 'migrator' },
  };
  const login = Object.keys(identities)[0]!;
  const roles = Object.entries(identities)
    .filter(([name]) => name !== 'postgres')
    .map(([name, { kind }]) => `create role ${name} ${kind === 'login' ? 'login' : ''};`);
  return smallProject({
    'db/contract.yaml': stringify(joined(joined(rest, { ...example, identities }), contract)),
    'db/provision.sql': `do $$ begin if to_regrole('${login}') is null then ${roles.join(' ')} end if; end $$;\n`,
    'db/migrations/1_tables.sql': '',
    'db/migrations/2_grants.sql': sql,
    'pgtap/suites/01_orders.sql': `begin; select plan(1); select is(rolsuper, false, 'is not a superuser') from pg_roles where rolname = '${login}'; select * from finish(); rollback;`,
    'pgtap/controls/01_orders.sql': `alter role ${login} superuser;`,
  });
}

describe('the examples of docs/sessions-and-rows.md', () => {
  it('are each run here, as they are written', () => {
    expect(examples.map(([title]) => title)).toEqual(Object.keys(documentedExamples));
  });

  it.each(examples)('hold, and find what is opened: %s', async (title, example) => {
    const given = documentedExamples[title]!;
    await using project = await projectOf(example, given);
    const run = await rolecall(['run', '--contract', project.contract, '--out', project.file('reports')]);
    expect(run).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('PASS') as unknown });
    const head = await startFixtureHead({ contract: project.contract, leaks: [] });
    try {
      const leak = { name: 'opened', sql: given.leak, undo: '', live: [], catalog: [] };
      const leaking = await head.checkWith(leak);
      expect(leaking.findings.filter(({ code: one }) => one === 'fail-open').map(({ object }) => object)).toContain(
        given.opens,
      );
    } finally {
      await head.stop();
    }
  });
});

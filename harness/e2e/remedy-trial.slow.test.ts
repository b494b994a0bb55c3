import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { expect, it } from 'vitest';
import { parse, stringify } from 'yaml';

import type { Evidence } from '../pack/evidence.ts';
import { rolecall } from '../testing/cli.ts';
import { smallProject, type SmallProject } from '../testing/small-project.ts';

async function run(
  project: SmallProject,
): Promise<{ exitCode: number | undefined; stdout: string; evidence: Evidence }> {
  const args = ['run', '--contract', project.contract, '--out', project.file('reports')];
  const { exitCode, stdout, stderr } = await rolecall([...args, '--format', 'json'], { cwd: project.folder });
  expect(stderr).not.toContain('internal error');
  const { pack } = JSON.parse(stdout) as { pack: string };
  const text = await readFile(path.join(path.resolve(project.folder, pack), 'evidence.json'), 'utf8');
  return {
    exitCode,
    stdout: await readFile(path.join(path.resolve(project.folder, pack), 'report.md'), 'utf8'),
    evidence: JSON.parse(text) as Evidence,
  };
}

it(
  'offers SQL that was seen to remove its finding, and the lines that would declare it instead',
  { timeout: 180_000 },
  async () => {
    await using project = await smallProject({
      'db/migrations/2_grants.sql': (text) => `${text}grant update on public.orders to app;\n`,
    });
    const { exitCode, evidence, stdout } = await run(project);
    expect(exitCode).toBe(1);
    const found = evidence.findings.find(({ access }) => access === 'UPDATE')!;
    expect(found).toMatchObject({
      code: 'undeclared-access',
      remedy: 'REVOKE UPDATE ON TABLE public.orders FROM "app";',
      tried: 'removes this finding, breaks nothing',
    });
    expect(stdout).toContain('Tried: removes this finding, breaks nothing');

    const contract = parse(await readFile(project.contract, 'utf8')) as { tables: object };
    const lines = parse(found.declare!) as { tables: object };
    await writeFile(project.contract, stringify({ ...contract, tables: { ...contract.tables, ...lines.tables } }));
    expect((await run(project)).exitCode).toBe(0);
  },
);

it('offers no SQL that would break a declared need, and says what it would break', { timeout: 180_000 }, async () => {
  await using project = await smallProject({
    'db/migrations/2_grants.sql': (text) =>
      `${text}create function public.total() returns bigint language plpgsql security definer as 'begin return (select count(*) from orders); end';\n` +
      'revoke execute on function public.total() from public;\ngrant execute on function public.total() to app;\n',
    'db/contract.yaml': (text) =>
      text.replace(
        'future:',
        `functions:
  public.total(): { security: definer, owner: postgres, grants: { app: [EXECUTE] }, needs: [{ identity: app, access: [EXECUTE], required_by: src }] }
future:`,
      ),
  });
  const { evidence } = await run(project);
  const found = evidence.findings.find(({ code }) => code === 'definer-without-search-path')!;
  expect(found.remedy).not.toContain('ALTER');
  expect(found.tried).toMatch(/^no SQL is offered: it would bring .*unexpected-closed: app EXECUTE public\.total\(\)/);
});

it(
  'offers SQL that only the draft’s own grants and suites ask for, with what has to follow',
  { timeout: 180_000 },
  async () => {
    const asserted = `select is(has_function_privilege('app', 'public.total()', 'EXECUTE'), true, 'app may call it')`;
    await using project = await smallProject({
      'db/migrations/2_grants.sql': (text) =>
        `${text}create role definer; grant select on public.orders to definer;\n` +
        `create function public.total() returns bigint language sql security definer set search_path = pg_catalog, pg_temp as 'select count(*) from public.orders';\n` +
        'alter function public.total() owner to definer;\n',
      'db/contract.yaml': (text) =>
        text
          .replace('deployer:', 'definer: { kind: definer }, deployer:')
          .replace('app: [SELECT, INSERT] }', 'app: [SELECT, INSERT], definer: [SELECT] }')
          .replace(
            'future:',
            'functions:\n  public.total(): { security: definer, search_path: "pg_catalog, pg_temp", owner: definer, grants: { PUBLIC: [EXECUTE] } }\nfuture:',
          ),
      'pgtap/suites/01_orders.sql': (text) => text.replace('plan(1);', `plan(2); ${asserted};`),
    });
    const { evidence } = await run(project);
    const found = evidence.findings.find(({ code }) => code === 'public-may-execute-definer')!;
    expect(found).toMatchObject({
      remedy: 'REVOKE EXECUTE ON FUNCTION public.total() FROM PUBLIC;',
      tried:
        'removes this finding; the contract still asks for it, and so does pgtap/suites/01_orders.sql (assertion 1): change the suite too',
    });
    expect(parse(found.retract_with_remedy!)).toEqual({
      functions: { 'public.total()': { grants: { PUBLIC: ['EXECUTE'] } } },
    });
  },
);

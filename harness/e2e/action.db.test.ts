import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runInNewContext } from 'node:vm';

import { execa } from 'execa';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parse } from 'yaml';

import { parseEvidence } from '../pack/evidence-text.ts';
import { cliModule, repository } from '../testing/cli.ts';
import { testCacheDir } from '../testing/server.ts';
import { smallProject, type SmallProject } from '../testing/small-project.ts';

interface Action {
  inputs: Record<string, { default: string }>;
  runs: {
    steps: { id?: string; if?: string; run?: string; env?: Record<string, string>; with?: Record<string, string> }[];
  };
}

let tool: string;
let action: Action;

// A built checkout of the action as GitHub makes it. In place of the output of `npm run build` is a start of the tested program.
beforeAll(async () => {
  tool = await mkdtemp(path.join(tmpdir(), 'rolecall-action-'));
  await mkdir(path.join(tool, '.github/actions/evidence'), { recursive: true });
  await mkdir(path.join(tool, 'dist'));
  await writeFile(path.join(tool, 'package.json'), '{ "type": "module" }');
  await writeFile(path.join(tool, 'dist/cli.js'), cliModule);
  action = parse(await readFile(path.join(repository, '.github/actions/evidence/action.yml'), 'utf8')) as Action;
});
afterAll(() => rm(tool, { recursive: true }));

/** Runs the action's main step in a project as GitHub does, with inputs that replace its defaults. */
async function runAction(project: SmallProject, inputs: Record<string, string> = {}) {
  const { run, env = {} } = action.runs.steps.find(({ id }) => id === 'run')!;
  const given = Object.entries(env).map(([name, expression]) => {
    const [, input] = /^\${{ inputs\.(\w+) }}$/.exec(expression)!;
    return [name, inputs[input!] ?? action.inputs[input!]!.default];
  });
  const file = (name: string) => project.file(name);
  await Promise.all(['output', 'summary'].map((name) => writeFile(file(name), '')));
  const { exitCode, stderr } = await execa('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', run!], {
    cwd: project.folder,
    env: {
      ...Object.fromEntries(given),
      GITHUB_ACTION_PATH: path.join(tool, '.github/actions/evidence'),
      GITHUB_OUTPUT: file('output'),
      GITHUB_STEP_SUMMARY: file('summary'),
      GITHUB_WORKSPACE: project.folder,
      ROLECALL_CACHE_DIR: testCacheDir,
      NO_COLOR: '1',
    },
    reject: false,
    stdin: 'ignore',
  });
  const outputs = Object.fromEntries(
    (await readFile(file('output'), 'utf8'))
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => line.split('=')),
  ) as { pack?: string; verdict?: string };
  return { exitCode, stderr, outputs, summary: await readFile(file('summary'), 'utf8') };
}

/**
 * What the action's last step uploads after these outputs of its main step, undefined for nothing: its expressions, as GitHub
 * reads them.
 */
function uploaded({ pack = '', verdict = '' }: { pack?: string; verdict?: string }): string | undefined {
  const step = action.runs.steps.at(-1)!;
  const inputs = Object.fromEntries(Object.entries(action.inputs).map(([name, { default: value }]) => [name, value]));
  const valueOf = (expression: string): unknown =>
    runInNewContext(expression, { always: () => true, steps: { run: { outputs: { pack, verdict } } }, inputs });
  return valueOf(step.if!) === true
    ? step.with!['path']!.replaceAll(/\${{(.*?)}}/g, (_, expression: string) => String(valueOf(expression)))
    : undefined;
}

it('a contract that holds: the pack and the verdict as outputs, the report as the job’s summary, no annotation', async () => {
  await using project = await smallProject();
  const { exitCode, stderr, outputs, summary } = await runAction(project, { out: 'my evidence', args: '--pg\n16\n' });
  expect([exitCode, outputs.verdict], stderr).toEqual([0, 'pass']);
  expect(outputs.pack).toMatch(/^my evidence\/runs\/small-embedded-pg16-/);
  const evidence = parseEvidence(await readFile(project.file(`${outputs.pack!}/evidence.json`), 'utf8'));
  expect(summary).toMatch(/^### ✓ pass: A small project\n/);
  expect(summary).toContain(`in the pack \`${evidence.run.id}\``);
  expect(stderr).not.toMatch(/^::/m);
});

it('a contract that is broken: the same, exit code 1, and an annotation on the line of the contract', async () => {
  await using project = await smallProject({
    'db/migrations/2_grants.sql': (text) => `${text}grant delete on public.orders to app;\n`,
  });
  const { exitCode, stderr, outputs, summary } = await runAction(project);
  expect([exitCode, outputs.verdict], stderr).toEqual([1, 'fail']);
  expect(stderr).toMatch(
    /^::error file=db\/contract\.yaml,line=12,title=undeclared-access%3A app DELETE public\.orders::app .*%0A→ REVOKE DELETE /m,
  );
  expect(summary).toMatch(/^### ✗ fail: A small project\n/);
  expect(uploaded(outputs)).toBe(outputs.pack);
});

it('a contract that cannot be read: exit code 2, no output, no summary, and no older pack is taken for this run’s', async () => {
  const older = 'reports/runs/older/evidence.json';
  await using project = await smallProject({ [older]: '{}' });
  const { exitCode, stderr, outputs, summary } = await runAction(project, { contract: 'db/none.yaml' });
  expect([exitCode, outputs, summary]).toEqual([2, {}, '']);
  expect(stderr).toContain('cannot read the contract db/none.yaml');
  // A run that judged nothing writes nothing, so there is nothing to upload.
  expect(
    (await readdir(project.file('reports'), { recursive: true, withFileTypes: true })).flatMap((entry) =>
      entry.isFile() ? [entry.name] : [],
    ),
  ).toEqual(['evidence.json']);
  expect(uploaded(outputs)).toBeUndefined();
});

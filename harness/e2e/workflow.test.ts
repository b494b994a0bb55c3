import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

import { repository } from '../testing/cli.ts';
import { pinnedImage } from '../testing/pinned-image.ts';
import {
  manifest,
  release,
  shell,
  textOf,
  validateAction,
  validateWorkflow,
  type Action,
  type Job,
  type Step,
  type Workflow,
} from '../testing/workflows.ts';

const workflowFiles = readdirSync(path.join(repository, '.github/workflows')).map((name) => `workflows/${name}`);
const actionFiles = readdirSync(path.join(repository, '.github/actions')).map((name) => `actions/${name}/action.yml`);
const workflow = parse(textOf('workflows/evidence.yml')) as Workflow;
const action = parse(textOf('actions/evidence/action.yml')) as Action;
const prAction = parse(textOf('actions/pr/action.yml')) as Action;
const pullRequest = parse(textOf('workflows/pull-request.yml')) as Workflow;
const { gate, ...others } = workflow.jobs;
const jobs = Object.entries(workflow.jobs);
interface Known {
  matrix: string[];
  inputs: string[];
  needs: string[];
}
const jobsOf = ({ jobs: all }: Workflow, inputs: string[] = []): (typeof places)[number][] =>
  Object.entries(all).map(([name, job]) => [
    name,
    job,
    { matrix: Object.keys(job.strategy?.matrix ?? {}), inputs, needs: [job.needs ?? []].flat() },
    all,
  ]);
/** Every list of steps, with the variables that are known there. */
const places: [name: string, place: { steps: Step[] }, known: Known, jobs: Record<string, Job>][] = [
  ...jobsOf(workflow),
  ['the action', action.runs, { matrix: [], inputs: Object.keys(action.inputs), needs: [] }, {}],
  ...jobsOf(release, Object.keys(release.on.workflow_dispatch.inputs)),
  ...jobsOf(pullRequest),
  ['the action of pull requests', prAction.runs, { matrix: [], inputs: Object.keys(prAction.inputs), needs: [] }, {}],
];
/** Those that make evidence. */
const evidencePlaces = places.slice(0, jobs.length + 1);
const steps = places.flatMap(([, place]) => place.steps);

describe('workflows and actions', () => {
  it.each(workflowFiles)('%s is what the schema of a workflow says', (file) => {
    expect(validateWorkflow(textOf(file)).errors).toEqual([]);
    expect(validateWorkflow(textOf(file).replace('runs-on:', 'run-on:')).errors).not.toEqual([]);
  });

  it.each(actionFiles)('%s is what the schema of an action says', (file) => {
    expect(validateAction(textOf(file)).errors).toEqual([]);
    expect(validateAction(textOf(file).replace('using: composite', 'using: shell')).errors).not.toEqual([]);
  });

  it('use actions of this repository, or others pinned by commit with their version beside it', () => {
    const lines = [...workflowFiles, ...actionFiles]
      .flatMap((file) => textOf(file).split('\n'))
      .filter((line) => /^\s*(- )?uses:/.test(line));
    expect(lines).toHaveLength(steps.filter(({ uses }) => uses !== undefined).length);
    expect(
      lines.filter(
        (line) => !/uses: (\.\/\.github\/actions\/[\w-]+|[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+)$/.test(line),
      ),
    ).toEqual([]);
    const pins = lines.flatMap((line) => /uses: ([\w./-]+)@(.*)$/.exec(line)?.slice(1, 3).join(' ') ?? []);
    expect(new Set(pins).size).toBe(new Set(pins.map((pin) => pin.split(' ')[0])).size);
  });

  it('let nothing into a shell but what the matrix lists: all else comes as a variable', () => {
    const inShell = steps.flatMap(({ run = '' }) =>
      [...run.matchAll(/\${{(.*?)}}/gs)].map(([, expression]) => expression!.trim()),
    );
    expect(inShell.filter((expression) => !/^matrix\.\w+$/.test(expression))).toEqual([]);
  });

  it('refer only to steps, inputs, needs and matrix keys that there are', () => {
    for (const [name, place, { matrix, inputs, needs }, beside] of places) {
      const text = JSON.stringify(name === 'the action' ? action : place);
      const referred = (context: string) =>
        [...text.matchAll(new RegExp(`\\b${context}\\.([\\w-]+)`, 'g'))].map(([, key]) => key!);
      const expressions = [...text.matchAll(/\${{(.*?)}}/g)].map(([, expression]) => expression!).join(' ');
      const inside = (context: string) => referred(context).filter((key) => expressions.includes(`${context}.${key}`));
      expect(
        inside('steps').filter((id) => !place.steps.some((step) => step.id === id)),
        name,
      ).toEqual([]);
      expect(
        inside('matrix').filter((key) => !matrix.includes(key)),
        name,
      ).toEqual([]);
      expect(
        inside('inputs').filter((key) => !inputs.includes(key)),
        name,
      ).toEqual([]);
      expect(
        needs.filter((job) => !(job in beside)),
        name,
      ).toEqual([]);
    }
  });

  it('leave no token behind in a checkout', () => {
    const checkouts = steps.filter(({ uses }) => uses?.startsWith('actions/checkout@'));
    expect(checkouts.length).toBeGreaterThan(0);
    expect(checkouts.filter((step) => step.with?.['persist-credentials'] !== false)).toEqual([]);
  });

  it('upload a pack whatever the verdict, under a name of its own, and never nothing', () => {
    const uploads = evidencePlaces.flatMap(([name, place, { matrix }]) =>
      place.steps
        .filter(({ uses }) => uses?.startsWith('actions/upload-artifact@'))
        .map((step) => ({ name, matrix, step })),
    );
    expect(uploads.length).toBeGreaterThan(3);
    for (const { name, matrix, step } of uploads) {
      // A user of the action may keep packs in the folder that it writes to. Only this run's own pack is its evidence.
      const [condition, what] =
        name === 'the action'
          ? ["always() && steps.run.outputs.pack != ''", '${{ steps.run.outputs.pack }}']
          : ['always()', expect.stringMatching(/^\w+\/$/)];
      expect([name, step.if, step.with!['path'], step.with!['if-no-files-found']]).toEqual([
        name,
        condition,
        what,
        'error',
      ]);
      expect(
        matrix.every((key) => String(step.with!['name']).includes(`matrix.${key}`)),
        name,
      ).toBe(true);
    }
    const uses = steps
      .filter(({ uses }) => uses === './.github/actions/evidence')
      .map((step) => step.with!['artifact']);
    const names = [...uploads.map(({ step }) => step.with!['name']), ...uses];
    expect(new Set(names).size).toBe(names.length);
  });
});

describe('the workflow', () => {
  it('may read, and only the job that uploads findings, which runs nothing of the project, may write', () => {
    expect(workflow.permissions).toEqual({ contents: 'read' });
    const writers = jobs.filter(([, { permissions = {} }]) => Object.values(permissions).includes('write'));
    expect(writers.map(([name, { permissions }]) => [name, permissions])).toEqual([
      ['code-scanning', { contents: 'read', actions: 'read', 'security-events': 'write' }],
    ]);
    expect(
      writers
        .flatMap(([, job]) => job.steps)
        .filter(({ run = '', uses = '' }) => /npm|node|\.ci/.test(run) || uses.startsWith('./')),
    ).toEqual([]);
  });

  it('ends in time, and stops what a newer push has overtaken', () => {
    expect(jobs.filter(([, job]) => !((job['timeout-minutes'] ?? 0) > 0)).map(([name]) => name)).toEqual([]);
    expect(workflow.concurrency).toMatchObject({ 'cancel-in-progress': true });
    expect(Object.keys(workflow.on).toSorted()).toEqual(['pull_request', 'push', 'workflow_dispatch']);
  });

  it('has a gate that waits for every other job, and always runs', () => {
    expect([gate!.needs].flat().toSorted()).toEqual(Object.keys(others).toSorted());
    expect(gate!.if).toBe('${{ always() }}');
  });

  it('runs every kind of test, with the images that the container tests name, and none of them skipped for want of an engine', () => {
    const { scripts } = JSON.parse(readFileSync(path.join(repository, 'package.json'), 'utf8')) as {
      scripts: Record<string, string>;
    };
    const further = Object.keys(scripts).filter((name) => name.startsWith('test:'));
    expect(further.toSorted()).toEqual(['test:containers', 'test:slow']);
    const found = jobs.flatMap(([name, job]) =>
      further.every((script) => job.steps.some(({ run }) => run === `npm run --silent ${script}`))
        ? [{ name, job }]
        : [],
    );
    expect(found).toHaveLength(1);
    const { name, job } = found[0]!;
    expect([gate!.needs].flat()).toContain(name);
    expect(job.env).toMatchObject({ ROLECALL_REQUIRE_CONTAINERS: '1' });

    const fetched = job.steps.flatMap(({ run = '' }) => run.split('\n'));
    const files = readdirSync(path.join(repository, 'harness'), { recursive: true, encoding: 'utf8' }).filter((file) =>
      file.endsWith('.container.test.ts'),
    );
    const named = files.flatMap((file) =>
      [...readFileSync(path.join(repository, 'harness', file), 'utf8').matchAll(/postgres:(\d+)/g)].map(
        ([image]) => image,
      ),
    );
    expect(named).not.toEqual([]);
    for (const image of new Set([...named, ...[15, 17, 18].map((major) => `postgres:${major}`), pinnedImage])) {
      expect(fetched).toContain(`docker pull --quiet ${image}`);
    }
  });

  it.each<[outcome: string, needs: Record<string, { result: string }>, code: number]>([
    ['is green when all are', { check: { result: 'success' }, evidence: { result: 'success' } }, 0],
    ['is red when one failed', { check: { result: 'success' }, evidence: { result: 'failure' } }, 1],
    ['is red when one was skipped', { check: { result: 'success' }, evidence: { result: 'skipped' } }, 1],
    ['is red when one was cancelled', { check: { result: 'cancelled' } }, 1],
    ['is red when there is none', {}, 1],
  ])('has a gate that %s', async (_, needs, code) => {
    const { exitCode, stdout } = await shell(gate!.steps[0]!.run!, { NEEDS: JSON.stringify(needs) });
    expect([exitCode, stdout]).toEqual([
      code,
      Object.entries(needs)
        .map(([job, { result }]) => `${job}: ${result}`)
        .join('\n'),
    ]);
  });

  it('runs the main job on Windows, on the server from npm, and needs no POSIX shell there', () => {
    const job = workflow.jobs['windows']!;
    expect([job['runs-on'], job.defaults]).toEqual(['windows-latest', { run: { shell: 'pwsh' } }]);
    const runs = job.steps.flatMap(({ run }) => run ?? []);
    expect(runs.slice(0, 2)).toEqual([
      'npm ci --no-fund --no-audit',
      'npm run --silent evidence -- --reporter console,github --out evidence',
    ]);
    // Texts that two shells read alike: words without quotes, variables or operators.
    expect(runs.filter((run) => !/^[\w ,-]+$/.test(run))).toEqual([]);
    expect(job.steps.filter((step) => 'shell' in step)).toEqual([]);
    const scripts = Object.values(manifest.scripts);
    expect(scripts.filter((script) => !/^(?:[\w .:@=/-]+|&&)+$/.test(script))).toEqual([]);
    expect(scripts.filter((script) => /(?:^|\s)(?:ba)?sh\s|\.sh\b|^\w+=/.test(script))).toEqual([]);
  });

  it('asserts that the server was of the version of its cell', async () => {
    const { run } = workflow.jobs['matrix']!.steps.at(-1)!;
    const [pack] = readdirSync(path.join(repository, 'reports/runs'));
    const PACK = path.join(repository, 'reports/runs', pack!);
    expect(await shell(run!, { PACK, POSTGRES: '16' })).toMatchObject({ exitCode: 0 });
    expect(await shell(run!, { PACK, POSTGRES: '1' })).toMatchObject({ exitCode: 1 });
    expect(await shell(run!, { PACK: '', POSTGRES: '16' })).toMatchObject({ exitCode: 1 });
  });
});

import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { describe, expect, it, onTestFinished } from 'vitest';

import { workflowText } from '../draft/workflow.ts';
import { repository } from '../testing/cli.ts';
import { manifest, release, shell, textOf, validateWorkflow } from '../testing/workflows.ts';

describe('the release', () => {
  const { check, publish } = release.jobs;
  const { version } = manifest;

  it('begins with a tag of a version or by hand, and by hand publishes nothing unless it is told to', () => {
    expect(release.on).toEqual({
      push: { tags: ['v*'] },
      workflow_dispatch: { inputs: { 'dry-run': expect.objectContaining({ type: 'boolean', default: true }) } },
    });
    expect(publish!.if).toBe("${{ github.ref_type == 'tag' && (github.event_name == 'push' || !inputs.dry-run) }}");
    expect(release.concurrency).toMatchObject({ 'cancel-in-progress': false });
  });

  it('publishes what was tested and packed, with provenance, in a job that runs nothing of the project', () => {
    expect(release.permissions).toEqual({ contents: 'read' });
    expect(check!.permissions).toBeUndefined();
    expect([publish!.needs, publish!.environment, publish!.permissions]).toEqual([
      'check',
      'npm',
      { contents: 'read', 'id-token': 'write' },
    ]);
    expect(publish!.steps.map(({ uses = '' }) => uses.split('@')[0])).toEqual([
      'actions/setup-node',
      'actions/download-artifact',
      '',
    ]);
    expect(publish!.steps.at(-1)!.run).toMatch(/^npm publish --provenance --access public \.\/package\/\*\.tgz$/m);
    const runs = check!.steps.flatMap(({ run }) => run ?? []);
    expect(runs[1]).toBe('bash .ci/run fast');
    expect(runs[2]).toMatch(/^npm pack .*\nnpm publish --dry-run /m);
  });

  it.each<[what: string, tag: string, changelog: string, faults: string[]]>([
    ['takes the tag of the version', 'v1.2.3', '# Changelog\n\n## 1.2.3\n', []],
    ['takes a heading with a date', 'v1.2.3', '## 1.2.3 (2027-01-01)\n', []],
    ['refuses another tag', 'v1.2.4', '## 1.2.3\n', ['the tag is v1.2.4, package.json says 1.2.3']],
    [
      'refuses a changelog without it',
      'v1.2.3',
      '## Unreleased\n## 1.2.30\n',
      ['CHANGELOG.md has no heading "## 1.2.3"'],
    ],
  ])('%s', async (_, tag, changelog, faults) => {
    const cwd = await mkdtemp(path.join(tmpdir(), 'rolecall-release-'));
    onTestFinished(() => rm(cwd, { recursive: true }));
    await writeFile(path.join(cwd, 'package.json'), JSON.stringify({ version: '1.2.3' }));
    await writeFile(path.join(cwd, 'CHANGELOG.md'), changelog);
    const { run, if: condition } = check!.steps.find(({ name }) => name?.startsWith('the tag is the version'))!;
    expect(condition).toBe("github.ref_type == 'tag'");
    const { exitCode, stdout } = await shell(run!, { GITHUB_REF_NAME: tag }, cwd);
    expect([exitCode, stdout]).toEqual([
      faults.length === 0 ? 0 : 1,
      faults.map((fault) => `::error::${fault}`).join('\n'),
    ]);
  });

  it.each([
    ['a token', 'secret', 'config get registry|config set --location user //r.test/:_authToken ${NPM_TOKEN}|'],
    ['none', '', ''],
  ])('with %s, npm is told where to find it, and never what it is', async (_, NPM_TOKEN, before) => {
    const bin = await mkdtemp(path.join(tmpdir(), 'rolecall-release-'));
    onTestFinished(() => rm(bin, { recursive: true }));
    await writeFile(
      path.join(bin, 'npm'),
      `#!/bin/sh\nprintf '%s|' "$*" >> calls\ncase "$*" in *get*) echo https://r.test/ ;; esac\n`,
      { mode: 0o755 },
    );
    const { exitCode } = await shell(
      publish!.steps.at(-1)!.run!,
      { NPM_TOKEN, PATH: `${bin}:${process.env['PATH']}` },
      bin,
    );
    expect(exitCode).toBe(0);
    expect(readFileSync(path.join(bin, 'calls'), 'utf8')).toBe(
      `${before}publish --provenance --access public ./package/*.tgz|`,
    );
  });

  it('makes the tag that the documents and a drafted workflow use', () => {
    const documents = ['README.md', 'docs/ci.md', 'docs/adopt.md', 'docs/pull-requests.md'].map((name) =>
      readFileSync(path.join(repository, name), 'utf8'),
    );
    const drafted = [true, false].map((isInstalled) =>
      workflowText({ version, contract: 'db/contract.yaml', isInstalled }),
    );
    const used = [...documents, ...drafted].flatMap((text) => text.match(/uses: .*actions\/(?:evidence|pr)@.*/g) ?? []);
    const { owner } = /github\.com\/(?<owner>[\w-]+)\/rolecall\.git$/.exec(manifest.repository.url)!.groups!;
    expect(new Set(used)).toEqual(
      new Set(['evidence', 'pr'].map((name) => `uses: ${owner}/rolecall/.github/actions/${name}@v${version}`)),
    );
    expect(used).toHaveLength(4);
    const named = documents.flatMap((text) => [...text.matchAll(/rolecall-(\S+)\.tgz|^`v(\S+)` is the tag/gm)]);
    expect(named.map(([, packed, tagged]) => packed ?? tagged)).toEqual([version, version, version, version]);
  });

  it.each([true, false])('is used by a drafted workflow that is one, with our pins (installed: %s)', (isInstalled) => {
    const text = workflowText({ version, contract: 'db/contract.yaml', isInstalled });
    expect(validateWorkflow(text).errors).toEqual([]);
    const pins = text.match(/uses: actions\/.*/g)!;
    expect(pins.filter((pin) => !textOf('workflows/evidence.yml').includes(pin))).toEqual([]);
  });
});

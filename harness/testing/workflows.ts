import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import path from 'node:path';

import type * as Validator from '@action-validator/core';
import { execa } from 'execa';
import { parse } from 'yaml';

import { repository } from './cli.ts';

export interface Step {
  id?: string;
  name?: string;
  if?: string;
  uses?: string;
  run?: string;
  env?: Record<string, string>;
  with?: Record<string, unknown>;
}

export interface Job {
  if?: string;
  'runs-on': string;
  defaults?: { run: { shell: string } };
  needs?: string | string[];
  permissions?: Record<string, string>;
  'timeout-minutes'?: number;
  environment?: string;
  env?: Record<string, string>;
  strategy?: { matrix: Record<string, unknown[]> };
  steps: Step[];
}

export interface Workflow {
  on: Record<string, unknown>;
  permissions: Record<string, string>;
  concurrency: Record<string, unknown>;
  jobs: Record<string, Job>;
}

export interface Action {
  inputs: Record<string, unknown>;
  outputs: Record<string, { value: string }>;
  runs: { steps: Step[] };
}

export const { validateAction, validateWorkflow } = createRequire(import.meta.url)(
  '@action-validator/core',
) as typeof Validator;
/** The text of a file in `.github`. */
export const textOf = (file: string) => readFileSync(path.join(repository, '.github', file), 'utf8');
/** Our own package.json. */
export const manifest = JSON.parse(readFileSync(path.join(repository, 'package.json'), 'utf8')) as {
  version: string;
  scripts: Record<string, string>;
  repository: { url: string };
};
/** The release workflow. */
export const release = parse(textOf('workflows/release.yml')) as Workflow & {
  on: { workflow_dispatch: { inputs: Record<string, { type: string; default: unknown }> } };
};
/** Runs a script as a step with `shell: bash` does. */
export async function shell(script: string, env: Record<string, string>, cwd = repository) {
  return execa('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', script], {
    env,
    cwd,
    reject: false,
    stdin: 'ignore',
  });
}

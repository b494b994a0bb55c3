import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

import { workflowText, type DraftedWorkflow } from './workflow.ts';

interface Step {
  uses?: string;
  run?: string;
  env?: Record<string, string>;
  with?: Record<string, unknown>;
}

const stepsOf = (given: Partial<DraftedWorkflow>) => {
  const text = workflowText({ version: '1.2.3', contract: 'db/contract.yaml', isInstalled: false, ...given });
  return (parse(text) as { jobs: { evidence: { steps: Step[] } } }).jobs.evidence.steps;
};

describe('a drafted workflow', () => {
  it('uses the action at the version that drafted it, where the project does not install the program', () => {
    expect(stepsOf({}).at(-1)).toEqual({
      uses: 'rolecall/rolecall/.github/actions/evidence@v1.2.3',
      with: { contract: 'db/contract.yaml', out: 'evidence', artifact: 'evidence' },
    });
    expect(stepsOf({}).filter(({ run }) => run !== undefined)).toEqual([]);
  });

  it('runs what the lockfile says, where the project installs it, and fetches nothing by a bare name', () => {
    const runs = stepsOf({ isInstalled: true }).flatMap(({ run }) => run ?? []);
    expect(runs).toEqual([
      'npm ci',
      'npx --no rolecall run --contract "$CONTRACT" --reporter console,github --out evidence',
    ]);
  });

  it('installs what migrates before it runs, or says where to', () => {
    const commands = ['python3 -m venv .venv', '.venv/bin/pip install -r requirements.txt'];
    const [, step] = stepsOf({ migrator: { program: 'alembic', commands } });
    expect(step).toEqual({ run: `${commands.join('\n')}\n` });
    const text = workflowText({
      ...{ version: '1.2.3', contract: 'db/contract.yaml', isInstalled: true },
      migrator: { program: 'bin/migrate up', commands: [] },
    });
    expect(text).toMatch(/persist-credentials: false\n {6}# Install here what bin\/migrate up needs: .*\n {6}- uses: /);
  });

  it.each(['services/api/db/contract.yaml', "it's: a # contract.yaml", '$(x).yaml', 'true', '12'])(
    'names the contract %j as it is',
    (contract) => {
      expect(stepsOf({ contract }).at(-1)?.with).toMatchObject({ contract });
      const [run] = stepsOf({ contract, isInstalled: true }).filter(({ env }) => env !== undefined);
      expect(run?.env).toEqual({ CONTRACT: contract });
      expect(run?.run).not.toContain(contract);
    },
  );
});

import { describe, expect, it } from 'vitest';

import { evidence as failed, proven } from '../render/evidence.fixture.ts';
import { rulerChange } from './ruler.ts';

const suite = (name: string, sha256 = 'a') => ({ kind: 'suite', name, sha256 }) as const;
const before = { ...proven, run: { ...proven.run, inputs: [suite('01.sql'), suite('02.sql')] } };

describe('what two packs were measured by', () => {
  it('is the same where nothing of it differs', () => {
    expect(rulerChange(before, before)).toEqual({ changed: [], weaker: [] });
  });

  it('is weaker where a suite is gone, less is demanded, or more is accepted', () => {
    const proof = { ...before.verdict.proof, demanded: 'catalog' as const };
    const accepted = { reason: 'known', until: '2030-01-01' };
    const after = {
      ...before,
      run: { ...before.run, inputs: [suite('01.sql')] },
      verdict: { ...before.verdict, proof },
      findings: [{ ...failed.findings[0]!, accepted }],
      unproven: [
        { phase: 'head' as const, object: 'public.t', identity: 'app', access: 'INSERT', reason: 'x', accepted },
      ],
    };
    const { code, identity, object } = failed.findings[0]!;
    expect(rulerChange(before, after).weaker).toEqual([
      'the suite 02.sql is gone',
      'the level of proof that is demanded is catalog, it was full',
      expect.stringMatching(new RegExp(`^accepted now: ${code} ${identity}.*${object}$`)),
      'accepted now: unproven app INSERT public.t',
    ]);
    // In the other direction it is stronger.
    expect(rulerChange(after, before).weaker).toEqual([]);
  });

  it('is another one, and not weaker by that, where contract, suites or tool changed', () => {
    const run = {
      ...before.run,
      contract_sha256: 'b',
      tool_version: '9.9.9',
      inputs: [suite('01.sql', 'b'), suite('02.sql'), suite('03.sql')],
    };
    expect(rulerChange(before, { ...before, run })).toEqual({
      changed: [
        `${before.run.contract_file} is another one`,
        'the suite 03.sql is new',
        'the suite 01.sql is another one',
        `rolecall is 9.9.9, it was ${before.run.tool_version}`,
      ],
      weaker: [],
    });
  });
});

import { expect, it } from 'vitest';
import { parse } from 'yaml';

import { unnamedCode } from '../contract/code-references.ts';
import { contractWith } from '../testing/contract.ts';
import { askedFor } from './asked-for.ts';
import type { Finding } from './finding.ts';
import { retractGrant } from './retraction.ts';

const contractOf = (requiredBy: string) =>
  contractWith(`tables:
  public.t:
    grants: { rw: [SELECT, INSERT, TRUNCATE] }
    needs: [{ identity: app, access: [SELECT, INSERT], required_by: "${requiredBy}" }]
  public.u: { grants: { rw: [SELECT] } }
`);
const drafted = contractOf(unnamedCode);
const truncate = { object: 'public.t' };

function lacks(word: string, object = 'public.t', code = 'missing-access'): Finding {
  const lines = retractGrant(drafted, object, 'rw', { word });
  return { code, severity: 'medium', object, identity: 'rw', access: word, message: '', remedy: '', ...lines };
}
const failed: Finding = {
  code: 'assertion-failed',
  severity: 'high',
  object: '01_grants#4',
  identity: 'superuser',
  message: '',
  remedy: '',
  assertion: { suite: '01_grants', number: 4 },
  location: { file: 'pgtap/suites/01_grants.sql', line: 1 },
};

it('is what the contract grants and a suite asserts, with the lines to take out', () => {
  const asked = askedFor(drafted, truncate, [lacks('TRUNCATE'), failed])!;
  expect(asked.words).toBe(
    'the contract still asks for it, and so does pgtap/suites/01_grants.sql (assertion 4): change the suite too',
  );
  expect(parse(asked.lines)).toEqual({ tables: { 'public.t': { grants: { rw: ['TRUNCATE'] } } } });
});

it('takes needs along of which the draft names no code, of all privileges at once', () => {
  const asked = askedFor(drafted, truncate, [
    lacks('SELECT'),
    lacks('INSERT'),
    lacks('SELECT', 'public.t', 'unexpected-closed'),
  ])!;
  expect(asked.words).toBe('the contract still asks for it');
  expect(parse(asked.lines)).toEqual({
    tables: {
      'public.t': {
        grants: { rw: ['INSERT', 'SELECT'] },
        needs: [{ identity: 'app', access: ['SELECT', 'INSERT'] }],
      },
    },
  });
});

it.each<[what: string, fresh: Finding[], contract: ReturnType<typeof contractOf>]>([
  ['a need that names its code is broken', [lacks('SELECT')], contractOf('notes.py')],
  ['a need says why in its own words', [lacks('SELECT')], contractOf('(the nightly report)')],
  ['another object is closed', [lacks('TRUNCATE'), lacks('SELECT', 'public.u')], drafted],
  ['a suite alone asks for it', [failed], drafted],
  ['something else comes', [lacks('TRUNCATE'), { ...failed, code: 'fail-open' }], drafted],
  ['the contract has no lines for it', [{ ...lacks('TRUNCATE'), retract: undefined as never }], drafted],
])('is nothing where %s', (_, fresh, contract) => {
  expect(askedFor(contract, truncate, fresh)).toBeUndefined();
});

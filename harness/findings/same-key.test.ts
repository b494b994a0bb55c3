import { expect, it } from 'vitest';

import { unusedAcceptances, withAcceptances } from './accepted.ts';
import type { Finding } from './finding.ts';
import { oneForEachKey } from './same-key.ts';

const finding = (code: string, access: string, rest: Partial<Finding> = {}): Finding => ({
  code,
  severity: 'low',
  object: 'public.users',
  identity: '',
  access,
  message: `${code} says`,
  remedy: `${code} remedy`,
  ...rest,
});
const oracle = finding('existence-oracle', 'by_mail', { identity: 'app' });
const unique = finding('unique-key-without-tenant', 'by_mail');
const acceptance = (code: string, rest: object = {}) => ({
  ...{ code, object: 'public.users', reason: 'known', until: '2030-01-01' },
  ...rest,
});

it('a key that an attempt proved open is one finding, with the SQL of the catalog', () => {
  expect(oneForEachKey([unique, oracle, { ...oracle, identity: 'other' }])).toEqual(
    ['app', 'other'].map((identity) => ({
      ...oracle,
      identity,
      message: 'existence-oracle says; unique-key-without-tenant says',
      remedy: 'unique-key-without-tenant remedy',
      carries: 'unique-key-without-tenant',
    })),
  );
});

it('it weighs as much as the heavier of them', () => {
  const key = finding('foreign-key-without-tenant', 'by_mail', { severity: 'medium' });
  expect(oneForEachKey([key, oracle])).toMatchObject([{ code: 'existence-oracle', severity: 'medium' }]);
});

it('another key, another table, a cascade, and what nobody proved stay', () => {
  const others = [
    finding('unique-key-without-tenant', 'by_name'),
    { ...unique, object: 'public.other' },
    finding('existence-oracle', 'cascade by_mail'),
  ];
  expect(oneForEachKey([oracle, ...others])).toEqual([oracle, ...others]);
  expect(oneForEachKey([unique])).toEqual([unique]);
});

it('is accepted by either code, and neither acceptance is unused', () => {
  const isAccepted = (one: Finding, ...acceptances: ReturnType<typeof acceptance>[]) =>
    withAcceptances([one], acceptances, '2026-01-01')[0]!.accepted !== undefined;
  const [merged] = oneForEachKey([unique, oracle]) as [Finding];
  const byUnique = acceptance('unique-key-without-tenant', { access: 'by_mail' });
  const byOracle = acceptance('existence-oracle', { access: 'by_mail', identity: 'app' });
  expect(isAccepted(merged, byUnique)).toBe(true);
  expect(isAccepted(merged, byOracle)).toBe(true);
  // Without a login nobody proves it, and the catalog's finding is what is left.
  expect(isAccepted(unique, byOracle)).toBe(true);
  expect(isAccepted(unique, acceptance('existence-oracle'))).toBe(false);
  expect(isAccepted(unique, acceptance('existence-oracle', { access: 'by_name' }))).toBe(false);
  expect(isAccepted(oracle, byUnique)).toBe(false);
  expect(unusedAcceptances([byUnique, byOracle], [merged])).toEqual([]);
});

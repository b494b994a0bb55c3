import { describe, expect, it } from 'vitest';

import type { ProofLevel } from '../common/proof-level.ts';
import { notGiven, oneOfMany, type NotSeen } from './not-seen.ts';
import { decide, type Verdict } from './verdict.ts';

const noUrl = notGiven('app was not tried: no URL for it');
const noSuperuser: NotSeen = { text: 'no control is a superuser’s', partOf: 'full', notGiven: true };
const brokenOff: NotSeen = { text: 'attempts broke off', partOf: 'login' };
const oneTable = oneOfMany('one table was not tried');

/** demanded level, what was not seen, and the resulting status, demanded level and reached level. */
const rules: [ProofLevel | undefined, NotSeen[], Verdict['status'], ProofLevel, ProofLevel][] = [
  [undefined, [], 'pass', 'full', 'full'],
  [undefined, [noSuperuser], 'pass', 'login', 'login'],
  [undefined, [noUrl], 'pass', 'catalog', 'catalog'],
  [undefined, [noUrl, noSuperuser], 'pass', 'catalog', 'catalog'],
  [undefined, [brokenOff], 'inconclusive', 'full', 'catalog'],
  [undefined, [brokenOff, noUrl], 'pass', 'catalog', 'catalog'],
  [undefined, [oneTable], 'inconclusive', 'full', 'full'],
  [undefined, [oneTable, noSuperuser], 'inconclusive', 'login', 'login'],
  [undefined, [oneTable, noUrl], 'pass', 'catalog', 'catalog'],
  ['login', [oneTable], 'inconclusive', 'login', 'full'],
  ['catalog', [noUrl, noSuperuser], 'pass', 'catalog', 'catalog'],
  ['login', [noSuperuser], 'pass', 'login', 'login'],
  ['login', [noUrl], 'inconclusive', 'login', 'catalog'],
  ['login', [], 'pass', 'login', 'full'],
  ['full', [noSuperuser], 'inconclusive', 'full', 'login'],
  ['full', [], 'pass', 'full', 'full'],
];

describe('the level of proof', () => {
  it.each(rules)('demanded %s, not seen %j: %s', (demanded, notSeen, status, asked, reached) => {
    const verdict = decide({
      findings: [],
      proof: { demanded, reached: 'full', of: { 'closed-world': 'catalog', 'fail-closed': 'full' }, notSeen },
    });
    expect(verdict).toMatchObject({
      status,
      proof: { demanded: asked, reached, of: { 'closed-world': 'catalog', 'fail-closed': reached } },
    });
    expect([...verdict.reasons, ...verdict.proof.not_seen].toSorted()).toEqual(
      notSeen.map(({ text }) => text).toSorted(),
    );
  });
});

import { describe, expect, it } from 'vitest';

import type { Fact } from '../../catalog/fact.ts';
import { parseContract } from '../../contract/parse-contract.ts';
import { member } from '../../testing/facts.ts';
import { contractHead } from '../../testing/owned-notes.ts';
import type { FailClosedCell } from './cells.ts';
import { ofMembership } from './of-membership.ts';

const contract = (more: string, others = '', accepted = '') =>
  parseContract(
    'c.yaml',
    `${contractHead}
identities: { tenant_a: { kind: login }, tenant_b: { kind: login${more} }${others} }
sessions: { person: { login: "{who}" } }
tenancy: { session: person, own: { who: tenant_b }, other: { who: tenant_a }, unknown: { who: tenant_x } }
${accepted}`,
  ).contract;
const cell: FailClosedCell = {
  table: 'public.notes',
  command: 'SELECT',
  identity: 'tenant_b',
  session: 'person',
  context: 'hostile',
  value: 'SET ROLE tenant_a',
  outcome: 'allowed',
  sqlstate: null,
  message: null,
  rows: 1,
  closed: false,
  control: null,
  closed_to_all: null,
  unproven: null,
  row_unchanged: null,
};
const pooler = ', pooler: { kind: platform }';
const of = (judged: ReturnType<typeof contract>, facts: readonly Fact[]) => ofMembership(judged, facts)(cell);

describe('what was reached by SET ROLE is told by a membership', () => {
  it.each<[string, ReturnType<typeof contract>, Fact[]]>([
    ['that is not declared', contract(''), [member('tenant_a', 'tenant_b')]],
    [
      'that is declared without SET',
      contract(', member_of: [{ role: tenant_a, set: false }]'),
      [member('tenant_a', 'tenant_b')],
    ],
    ['in a role that nobody knows', contract(''), [member('crew', 'tenant_b'), member('tenant_a', 'crew')]],
    ['in a role of the platform', contract('', pooler), [member('pooler', 'tenant_b'), member('tenant_a', 'pooler')]],
  ])('%s', (_, judged, facts) => {
    expect(of(judged, facts)).toBe(true);
  });

  it.each<[string, ReturnType<typeof contract>, Fact[]]>([
    ['where there is none, as for a superuser', contract(''), []],
    ['where it does not let the role be taken', contract(''), [member('tenant_a', 'tenant_b', { set: false })]],
    ['that is declared', contract(', member_of: [tenant_a]'), [member('tenant_a', 'tenant_b')]],
    [
      'of which more than SET is not declared',
      contract(', member_of: [tenant_a]'),
      [member('tenant_a', 'tenant_b', { admin: true })],
    ],
    [
      'of a role of the platform, which nobody judges',
      contract(', member_of: [pooler]', pooler),
      [member('pooler', 'tenant_b'), member('tenant_a', 'pooler')],
    ],
    [
      'that is accepted',
      contract(
        '',
        '',
        'accepted: [{ code: undeclared-membership, object: "tenant_*", reason: known, until: 2099-01-01 }]',
      ),
      [member('tenant_a', 'tenant_b')],
    ],
  ])('but not %s', (_, judged, facts) => {
    expect(of(judged, facts)).toBe(false);
  });
});

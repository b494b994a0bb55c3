import { readOnly } from '../../catalog/read-state.ts';
import type { ParsedContract } from '../../contract/contract.ts';
import type { Finding } from '../../findings/finding.ts';
import { serverOf } from '../../findings/server.ts';
import { pgtapSchema } from '../../pgtap/pgtap.ts';
import { proof, type SeenState } from '../proof.ts';
import type { StoredPhases } from '../phase-evidence.ts';
import { judgeAccess } from './judge.ts';
import { judgeObjects } from './objects.ts';
import { judgeRoles } from './roles.ts';
import { judgeGrantees } from './undeclared-grant.ts';
import { judgeStrangers } from './undeclared-roles.ts';
import { samePolicies } from './observe.ts';
import { roleViews } from './view.ts';

const nothing: SeenState = { facts: [], access: [], database: '', connectedAs: '', toolSchemaIntact: true };

/** Compares the whole privilege state with the contract, which is an exact list. */
export const closedWorld = proof({
  name: 'state',
  folder: import.meta.url,
  witness: 'catalog',
  observation: {
    depth: 'catalog',
    nothing,
    observe: async ({ state, superuser, contract, begin, ours }) => {
      const { same, notSeen } = await samePolicies(superuser, contract, state.facts, ours ? begin : readOnly);
      return { seen: { ...state, samePolicies: same }, notSeen };
    },
  },
  judge: ({ contract, head }: { contract: ParsedContract; head: { state: SeenState } }) => ({
    shown: {},
    findings: judgeState(contract, head.state),
    unproven: [],
  }),
  sections: [
    {
      anchor: 'roles',
      ofDrift: true,
      title: 'Roles',
      appendix: true,
      view: ({ phases }: StoredPhases) => ({ roles: roleViews(phases) }),
    },
  ],
});

/** The findings about a state that contradicts the contract. */
export function judgeState(
  contract: ParsedContract,
  { facts, access, database, connectedAs, toolSchemaIntact, samePolicies: same }: SeenState,
): Finding[] {
  const server = serverOf(facts, contract);
  return [
    ...(toolSchemaIntact ? [] : [changedToolSchema]),
    ...judgeStrangers(contract, facts, connectedAs, server),
    ...judgeAccess(contract, facts, access, database, server),
    ...judgeGrantees(contract, facts, database, server),
    ...judgeRoles(contract, facts, database, server),
    ...judgeObjects(contract, facts, same, server),
  ];
}

const changedToolSchema: Finding = {
  code: 'tool-schema-changed',
  severity: 'high',
  object: pgtapSchema,
  identity: '',
  message: `the schema ${pgtapSchema}, which the privilege state leaves out, holds something else than the pgTAP that was loaded there`,
  remedy: `DROP SCHEMA ${pgtapSchema} CASCADE;`,
};

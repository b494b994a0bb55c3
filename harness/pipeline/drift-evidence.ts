import type { Fact } from '../catalog/fact.ts';
import { fingerprint } from '../catalog/fact-text.ts';
import type { PhaseName } from '../common/phase.ts';
import { withoutPasswordsIn } from '../common/redaction.ts';
import { driftFindings, type Drift } from '../findings/drift.ts';
import { located } from '../findings/located.ts';
import { untried } from '../findings/remedy-trial.ts';
import { leftOutOn, serverOf } from '../findings/server.ts';
import { decide } from '../findings/verdict.ts';
import type { Evidence, PhaseEvidence } from '../pack/evidence.ts';
import { judgeAccessMap } from '../proofs/access-map/judge.ts';
import { contractedAccess } from '../proofs/closed-world/judge.ts';
import { roleRows } from '../proofs/closed-world/roles.ts';
import type { SeenState } from '../proofs/proof.ts';
import type { State } from './head-state.ts';
import { hidingWhere, runOfLive, type LookedAt } from './live-evidence.ts';
import type { Project } from './project.ts';

/** Head as built and a live database, compared, and when. */
export interface Compared extends LookedAt {
  project: Project;
  compared: Drift;
  head: State;
  live: State;
}

/** What a pack of a drift is written from: baseline is head as the migrations build it, head is the live database. Pure. */
export function driftEvidence(drift: Compared): { evidence: Evidence; facts: Record<PhaseName, Fact[]> } {
  const { project, compared, head, live } = drift;
  const { contract } = project;
  const { database } = live.target;
  const hide = hidingWhere([live.target], project);
  const findings = untried(driftFindings(contract, compared, database).map((finding) => located(project, finding)));
  const phase = (revision: string, name: string, facts: readonly Fact[]): PhaseEvidence => ({
    revision,
    database: name,
    fingerprint: fingerprint(facts),
    suites: [],
    probes: [],
    roles: roleRows(contract, facts),
  });
  const state = (facts: Fact[]): SeenState => ({
    facts,
    access: contractedAccess(contract, facts),
    database,
    connectedAs: live.target.user,
    toolSchemaIntact: true,
  });
  const server = serverOf(live.facts, contract);
  const ofDatabase = withoutPasswordsIn(
    {
      phases: {
        baseline: phase(`${contract.revisions.head}, as built`, head.target.database, compared.built),
        head: phase('live database', database, compared.live),
      },
      ...nothingElse,
      access_map: judgeAccessMap(contract, { baseline: state(compared.built), head: state(compared.live) }),
      privilege_diff: { added: compared.added, removed: compared.removed },
      findings,
      ...(server === undefined ? {} : { server: leftOutOn(server, contract, live.facts) }),
      verdict: decide({
        findings,
        proof: { demanded: 'catalog', reached: 'catalog', of: { 'privilege-diff': 'catalog' }, notSeen: [] },
      }),
    },
    hide,
  );
  const evidence: Evidence = {
    schema_version: 2,
    run: runOfLive('drift', drift, { serverVersion: live.serverVersion, names: [database] }),
    ...ofDatabase,
  };
  return { evidence, facts: withoutPasswordsIn({ baseline: compared.built, head: compared.live }, hide) };
}

/** What other commands prove: nothing of it was looked at. */
const nothingElse = {
  truth_table: [],
  deficiencies: [],
  assertions: [],
  controls: [],
  fail_closed: [],
  sessions: [],
  tenant_word: 'tenant',
  only_paths: [],
  oracles: [],
  tenant_arguments: [],
  definer_rows: [],
  build_paths: [],
  unproven: [],
  unused_acceptances: [],
} satisfies Partial<Evidence>;

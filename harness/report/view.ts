import type { Evidence } from '../pack/evidence.ts';
import { attemptGroups, catalogViews, type AttemptGroup, type CatalogView } from './attempts.ts';
import { banner, type Banner } from './banner.ts';
import { deficiencyViews, type DeficiencyView } from './deficiencies.ts';
import { findingViews, type FindingView } from './findings.ts';
import { matrices, type Matrix } from './matrix.ts';
import { onlyPathViews, type OnlyPathView } from './only-paths.ts';
import { oracleViews, type OracleView } from './oracles.ts';
import { pathViews, type PathView } from './paths.ts';
import { privilegeGroups, type PrivilegeGroup } from './privileges.ts';
import { limits, reproduceCommands } from './reproduce.ts';
import { roleViews, type RoleView } from './roles.ts';
import { controlViews, suiteViews, type ControlView, type SuiteView } from './suites.ts';
import { counts, headFacts, provenance, type Count, type LabelledFact } from './summary.ts';
import { truthLines, type TruthLine } from './truth.ts';
import { visible } from './visible.ts';

/** Everything the templates print, in the order a reviewer reads it. */
export interface ReportView {
  title: string;
  id: string;
  tool_version: string;
  baseline: string;
  head: string;
  banner: Banner;
  facts: LabelledFact[];
  counts: Count[];
  findings: FindingView[];
  /** What to say where there is no finding. */
  no_findings: string;
  deficiencies: DeficiencyView[];
  truth: TruthLine[];
  matrices: Matrix[];
  only_paths: OnlyPathView[];
  oracles: OracleView[];
  suites: SuiteView[];
  controls: ControlView[];
  paths: PathView[];
  privileges: PrivilegeGroup[];
  attempts: AttemptGroup[];
  catalog: CatalogView[];
  roles: RoleView[];
  reproduce: string;
  limits: string[];
  provenance: LabelledFact[];
}

const noFindings: Record<Evidence['verdict']['status'], string> = {
  pass: 'None. Nothing that was observed contradicts the contract.',
  fail: 'None. The verdict rests on the reasons above.',
  inconclusive: 'None, which proves nothing here: see the verdict.',
};

/** The evidence as plain data for the templates, which only loop and print. */
export function reportView(stored: Evidence): ReportView {
  const evidence = visible(stored);
  const { run, phases } = evidence;
  return {
    title: run.title,
    id: run.id,
    tool_version: run.tool_version,
    baseline: phases.baseline.revision,
    head: phases.head.revision,
    banner: banner(evidence),
    facts: headFacts(evidence),
    counts: counts(evidence),
    findings: findingViews(evidence.findings),
    no_findings: noFindings[evidence.verdict.status],
    deficiencies: deficiencyViews(evidence.deficiencies),
    truth: truthLines(evidence.truth_table),
    matrices: matrices(evidence.fail_closed),
    only_paths: onlyPathViews(evidence.only_paths),
    oracles: oracleViews(evidence.oracles),
    suites: suiteViews(evidence),
    controls: controlViews(evidence.controls),
    paths: pathViews(evidence.build_paths),
    privileges: privilegeGroups(evidence.privilege_diff),
    attempts: attemptGroups(phases),
    catalog: catalogViews(phases),
    roles: roleViews(phases),
    reproduce: reproduceCommands(evidence),
    limits: limits(evidence),
    provenance: provenance(evidence),
  };
}

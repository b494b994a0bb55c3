import type { Evidence } from '../pack/evidence.ts';
import { attemptGroups, catalogViews, type AttemptGroup, type CatalogView } from '../proofs/live-access/view.ts';
import { banner, type Banner } from './banner.ts';
import { deficiencyViews, type DeficiencyView } from '../proofs/deficiencies/view.ts';
import { findingViews, type FindingView } from './findings.ts';
import { matrices, type Matrix } from '../proofs/fail-closed/view.ts';
import { onlyPathViews, type OnlyPathView } from '../proofs/only-path/view.ts';
import { oracleViews, type OracleView } from '../proofs/oracles/view.ts';
import { pathViews, type PathView } from '../proofs/build-paths/view.ts';
import { privilegeGroups, type PrivilegeGroup } from '../proofs/privilege-diff/view.ts';
import { limits, reproduceCommands } from '../report/reproduce.ts';
import { roleViews, type RoleView } from '../proofs/closed-world/view.ts';
import { controlViews, suiteViews, type ControlView, type SuiteView } from '../proofs/suites/view.ts';
import { counts, headFacts, provenance, type Count, type LabelledFact } from './summary.ts';
import { truthLines, type TruthLine } from '../proofs/truth-table/view.ts';
import { visible } from '../report/escape-invisible.ts';

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

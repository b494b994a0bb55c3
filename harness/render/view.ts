import type { Evidence } from '../pack/evidence.ts';
import { sectionViews, type SectionView } from '../proofs/sections.ts';
import { visible } from '../report/escape-invisible.ts';
import { limits, reproduceCommands } from './reproduce.ts';
import { banner } from './banner.ts';
import type { Banner } from '../report/banner.ts';
import { causeViews, findingViews, type CauseView, type FindingView } from './findings.ts';
import { unprovenViews, type UnprovenView } from './unproven.ts';
import { counts, headFacts, provenance } from './summary.ts';
import type { Count } from '../report/count.ts';
import type { LabelledFact } from '../report/labelled-fact.ts';

/** Everything that the templates print, in the order in which a reviewer reads it. */
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
  /** How many of them count, and how many are accepted. */
  counting: number;
  accepted: number;
  /** The causes they share, if there are many. */
  causes: CauseView[];
  /** The sentence if there is no finding. */
  no_findings: string;
  unproven: UnprovenView[];
  /** Acceptances of the contract that cover nothing. */
  unused_acceptances: string[];
  sections: SectionView[];
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
export function reportView(evidence: Evidence): ReportView {
  const { run, phases } = evidence;
  const findings = findingViews(evidence.findings);
  const accepted = findings.filter((finding) => finding.accepted !== null).length;
  return visible({
    title: run.title,
    id: run.id,
    tool_version: run.tool_version,
    baseline: phases.baseline.revision,
    head: phases.head.revision,
    banner: banner(evidence),
    facts: headFacts(evidence),
    counts: counts(evidence),
    findings,
    counting: findings.length - accepted,
    accepted,
    causes: causeViews(findings),
    no_findings:
      run.kind === 'drift' ? 'None. The two privilege states are the same.' : noFindings[evidence.verdict.status],
    unproven: unprovenViews(evidence),
    unused_acceptances: evidence.unused_acceptances,
    sections: sectionViews(evidence),
    reproduce: reproduceCommands(evidence),
    limits: limits(evidence),
    provenance: provenance(evidence),
  });
}

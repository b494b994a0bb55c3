import { factsText } from '../catalog/fact-text.ts';
import type { Fact } from '../catalog/fact.ts';
import { phaseNames, type PhaseName } from '../common/phase.ts';
import { withoutPasswords } from '../common/redaction.ts';
import { evidenceText } from '../pack/evidence-text.ts';
import type { Evidence } from '../pack/evidence.ts';
import { junitXml } from './junit.ts';
import { sarif } from './sarif.ts';
import { renderReport } from './render.ts';
import { privilegeProbeText } from './privilege-probe.ts';
import type { ServerAccount } from '../pipeline/server-account.ts';

/** The contents of a pack besides the evidence itself. */
export interface RawMaterial {
  /** For the phases that were looked at. */
  facts: Partial<Record<PhaseName, readonly Fact[]>>;
  /** For the phases that ran on our servers. */
  servers: Partial<Record<PhaseName, ServerAccount>>;
}

/** Every file of a pack except its manifest, by path. */
export function packFiles(evidence: Evidence, { facts, servers }: RawMaterial): Map<string, string> {
  const files = new Map([['evidence.json', evidenceText(evidence)], ...renderings(evidence)]);
  files.set(
    'topology/versions.txt',
    `rolecall ${evidence.run.tool_version}\nPostgreSQL ${evidence.run.server_version}\ntopology ${evidence.run.topology} (${evidence.run.isolation})\n`,
  );
  for (const phase of phaseNames) {
    const ofPhase = facts[phase];
    if (ofPhase === undefined) {
      continue;
    }
    files.set(`privileges.${phase}.txt`, withoutPasswords(factsText(ofPhase)));
    files.set(`topology/privilege-probe.${phase}.txt`, privilegeProbeText(evidence, phase));
    const account = servers[phase];
    if (account !== undefined) {
      files.set(`topology/server.${phase}.log`, account.log);
      files.set(`topology/version.${phase}.txt`, account.version);
      for (const [name, text] of account.artefacts) {
        files.set(`topology/${phase}.${name}`, text);
      }
    }
    for (const { suite, tap } of evidence.phases[phase].suites) {
      files.set(`tap/${phase}/${suite}.tap`, tap);
    }
  }
  return files;
}

/** The files that can be made again from the evidence alone. */
export function renderings(evidence: Evidence): [name: string, content: string][] {
  const report = renderReport(evidence);
  return [
    ['report.md', report.md],
    ['report.html', report.html],
    ['junit.xml', junitXml(evidence)],
    ['sarif.json', sarif(evidence)],
  ];
}

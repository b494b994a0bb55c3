import type { Evidence } from '../pack/evidence.ts';
import type { Finding } from '../findings/finding.ts';
import { badge, type Badge } from '../report/badge.ts';
import { acceptedWords } from '../report/accepted-words.ts';
import type { Banner } from '../report/banner.ts';
import { levelsByProof, levelWords } from '../report/level-words.ts';
import { counted, listed } from '../common/text.ts';

const shownReasons = 8;

/** What was proven, or what is broken, in one sentence. */
export function banner(evidence: Evidence): Banner {
  const { verdict } = evidence;
  const { status, headline, sentence } =
    evidence.run.kind === 'drift' ? tellingOfDrift(evidence) : tellings[verdict.status](evidence);
  return {
    status,
    exit_code: verdict.exit_code,
    headline,
    sentence,
    level: `${levelWords(verdict.proof)} By proof: ${levelsByProof(verdict.proof.of).join('; ')}.`,
    not_seen: verdict.proof.not_seen,
    reasons: verdict.reasons.slice(0, shownReasons),
    more: Math.max(0, verdict.reasons.length - shownReasons),
  };
}

type Telling = (evidence: Evidence) => { status: Badge; headline: string; sentence: string };

const tellings: Record<Evidence['verdict']['status'], Telling> = {
  pass: (evidence) => ({ status: badge('good', 'pass'), headline: 'The contract holds.', sentence: proven(evidence) }),
  fail: (evidence) => ({
    status: badge('bad', 'fail'),
    headline: 'The contract is broken.',
    sentence: contradicted(evidence),
  }),
  inconclusive: (evidence) => ({
    status: badge('warn', 'inconclusive'),
    headline: 'Nothing was proven.',
    sentence: `What ran at revision ${evidence.phases.head.revision} cannot prove what the contract claims; this is neither a pass nor a failure.`,
  }),
};

/** A drift is never inconclusive: without both states there is no pack. */
function tellingOfDrift({ run, phases, privilege_diff: { added, removed } }: Evidence): ReturnType<Telling> {
  const count = added.length + removed.length;
  const { database } = phases.head;
  return count === 0
    ? {
        status: badge('good', 'pass'),
        headline: 'The live database has not drifted.',
        sentence: `The privilege state of the database ${database} is that of ${phases.baseline.revision}, from the migrations of ${run.contract}.`,
      }
    : {
        status: badge('bad', 'fail'),
        headline: 'The live database has drifted.',
        sentence: `${counted(count, 'fact')} of the privilege state ${count === 1 ? 'differs' : 'differ'} between the database ${database} and ${phases.baseline.revision}: ${added.length} live only, ${removed.length} as built only.`,
      };
}

function proven({ phases, assertions, deficiencies, findings, unproven }: Evidence): string {
  const identities = phases.head.roles.length;
  const fixed = assertions.filter((a) => a.change === 'fixed').length;
  const held = assertions.filter((a) => a.change === 'held').length;
  const live = assertions.filter((a) => a.change === undefined && a.head === 'ok').length;
  const closed = deficiencies.filter((d) => d.status === 'fixed').length;
  const parts = [
    ...(closed > 0
      ? [
          `${counted(closed, 'deficiency', 'deficiencies')} reproduced at ${phases.baseline.revision} ${closed === 1 ? 'is' : 'are'} closed`,
        ]
      : []),
    ...(fixed > 0 ? [`${counted(fixed, 'assertion')} went from red to green`] : []),
    ...(held > 0 ? [`${counted(held, fixed > 0 ? 'other' : 'assertion')} stayed green`] : []),
    ...(live > 0 ? [`${counted(live, 'assertion')} ${live === 1 ? 'is' : 'are'} green`] : []),
  ];
  const subject =
    identities > 0
      ? `${counted(identities, 'identity', 'identities')} ${identities === 1 ? 'has' : 'have'}`
      : 'every identity has';
  const access = `At revision ${phases.head.revision}, ${subject} the access the contract declares and no other`;
  const accepted = acceptedWords(findings, unproven);
  const butFor = accepted.length === 0 ? '' : `, but for ${listed(accepted)}`;
  return `${access}${butFor}${parts.length > 0 ? `; ${listed(parts)}` : ''}.`;
}

function contradicted({ phases, findings: all }: Evidence): string {
  const findings = all.filter(({ accepted }) => accepted === undefined);
  if (findings.length === 0) {
    return `At revision ${phases.head.revision} the contract does not hold, for the reasons below.`;
  }
  const severities: Finding['severity'][] = ['high', 'medium', 'low'];
  const weights = severities
    .map((severity) => ({ severity, n: findings.filter((f) => f.severity === severity).length }))
    .filter(({ n }) => n > 0)
    .map(({ severity, n }) => `${n} ${severity}`);
  const verb = findings.length === 1 ? 'contradicts' : 'contradict';
  return `At revision ${phases.head.revision}, ${counted(findings.length, 'finding')} (${listed(weights)}) ${verb} the contract.`;
}

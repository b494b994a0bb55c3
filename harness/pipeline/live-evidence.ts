import type { Fact } from '../catalog/fact.ts';
import { hiding, redacted, withoutPasswordsIn } from '../common/redaction.ts';
import { untried } from '../findings/remedy-trial.ts';
import type { Evidence, RunFacts } from '../pack/evidence.ts';
import type { Target } from '../postgres/target.ts';
import { notLookedAt } from '../proofs/phase-evidence.ts';
import type { Judgement } from './judge.ts';
import type { PhaseObservation } from './observe-phase.ts';
import { packId, provenanceOf, type Project } from './project.ts';
import { phaseEvidence } from './run-pipeline.ts';

/** When one looked at a live database, and with what. */
export interface LookedAt {
  toolVersion: string;
  git: { commit: string | null; dirty: boolean; repository?: string };
  startedAt: string;
  durationMs: number;
}

/** A live database that was judged, and when. */
export interface JudgedLive extends LookedAt {
  project: Project;
  observation: PhaseObservation;
  judged: Judgement;
  /** The database that was looked at first, then the logins: their hosts and passwords are in no pack. */
  targets: readonly [Target, ...Target[]];
}

/** What a pack of a live database is written from: head is what is there, and a baseline was not looked at. Pure. */
export function liveEvidence(live: JudgedLive): { evidence: Evidence; facts: { head: Fact[] } } {
  const { project, observation, judged, targets } = live;
  const [{ database }] = targets;
  const hide = hidingWhere(targets, project);
  const { serverVersion, seen } = observation;
  const ofDatabase = withoutPasswordsIn(
    {
      phases: { baseline: notLookedAt, head: phaseEvidence(project, 'head', observation, database) },
      ...judged,
      findings: untried(judged.findings),
    },
    hide,
  );
  const evidence: Evidence = {
    schema_version: 2,
    run: runOfLive('check', live, { serverVersion, names: [database] }),
    ...ofDatabase,
  };
  return { evidence, facts: { head: withoutPasswordsIn(seen.state.facts, hide) } };
}

/** What packs of a live database call their topology, which stands in the index. */
export const liveTopology = { check: 'live', drift: 'built-and-live' } as const;

/** What a pack of a live database says of its run; where the database is stays unsaid, so `names` stand for it in the pack's own. */
export function runOfLive(
  kind: 'check' | 'drift',
  { project, toolVersion, git, startedAt, durationMs }: LookedAt & { project: Project },
  { serverVersion, names }: { serverVersion: string; names: readonly string[] },
): RunFacts {
  return withoutPasswordsIn(
    {
      kind,
      id: packId(project, kind, serverVersion, toolVersion, names),
      ...provenanceOf({ project, topology: { name: liveTopology[kind] }, toolVersion, git }),
      inputs: project.inputs,
      isolation: kind === 'check' ? 'one-database' : 'cluster-per-phase',
      server_version: serverVersion,
      started_at: startedAt,
      duration_ms: durationMs,
    },
    hiding(project.secrets),
  );
}

/** Hides the passwords and the places of these targets, and the project's own secrets; a host that is also a word of the contract only where a server would be named. */
export function hidingWhere(
  targets: readonly Target[],
  { secrets, contractText }: Pick<Project, 'secrets' | 'contractText'>,
): (text: string) => string {
  const hide = hiding(secrets);
  const passwords = targets.map(({ password }) => password).filter((password) => !isWordOf(contractText, password));
  const places = targets.flatMap(({ host, port }) => {
    const name = escaped(host);
    // A host that is one plain word, as `db` or `postgres`, is often the name of something else.
    const anywhere =
      /^\w*$/.test(host) || isWordOf(contractText, host)
        ? []
        : [String.raw`(?<![\w.-])${name}(?![\w-])(?::${port}\b)?`];
    return [
      ...anywhere,
      String.raw`(?<=\b(?:host|hostaddr)\s*=\s*'?)${name}(?![\w-])`,
      String.raw`(?<=@)${name}(?![\w-])(?::${port}\b)?`,
      String.raw`${name}:${port}\b`,
      String.raw`(?<=\bport "?)${port}\b`,
      String.raw`(?<=\.PGSQL\.)${port}\b`,
    ];
  });
  // The address by which a server knows us, in its own words.
  const place = new RegExp([String.raw`(?<=\bhost ")[^"]*(?=")`, ...new Set(places)].join('|'), 'gi');
  return (text) => hide(redacted(text, passwords)).replaceAll(place, '***');
}

function escaped(text: string): string {
  return text.replaceAll(/[^\w]/gu, String.raw`\$&`);
}

/** Whether a text is empty, or a word of the contract: a role is often its own password, and a host is often called `db`. */
function isWordOf(contractText: string, word: string): boolean {
  return word === '' || new RegExp(String.raw`(?<![\w])${escaped(word)}(?![\w])`, 'i').test(contractText);
}

import path from 'node:path';
import { fileURLToPath } from 'node:url';

import type { FactDiff } from '../catalog/diff-facts.ts';
import { lowest, type ProofLevel } from '../common/proof-level.ts';
import type { NotSeen } from '../findings/not-seen.ts';
import type { BuildPath } from './build-paths/judge.ts';
import { everyProof, type Intersected, type proofs } from './index.ts';
import { depths, type Observation, type Observed, type ObservationDepth, type Subject } from './proof.ts';

type One = (typeof proofs)[number];
type SeenBy<P extends One> = P extends One
  ? unknown extends NonNullable<P['observation']>['nothing']
    ? never
    : { [K in P['name']]: NonNullable<P['observation']>['nothing'] }
  : never;

/** What each proof saw of one database, by the name of the proof. */
export type Seen = Intersected<SeenBy<One>>;

/** The input of the judgement: what the proofs saw, and what the pipeline adds. */
export type Observations = Seen & { buildPaths: BuildPath[]; traces: FactDiff };

/**
 * How far a database was proven: the lowest level among the proofs that go beyond catalogs, and each proof's level by the name of
 * its folder.
 */
export interface ProvenAs {
  reached: ProofLevel;
  of: Record<string, ProofLevel>;
}

const observing = everyProof.flatMap(({ name, observation }) =>
  observation === undefined ? [] : [{ name, observation }],
);

/** Which proofs run, and who is told of each step. */
export interface ObserveOptions {
  /** How far they may go. @default rows */
  depth?: ObservationDepth;
  /** Only these proofs, by name. @default all */
  only?: ReadonlySet<string>;
  /** The level of proofs that do more than read catalogs. @default full */
  level?: ProofLevel;
  onStep?(step: string): void;
}

/**
 * Runs the proofs of the list in order, as far as they may go. A proof that did not run has an empty observation. `notSeen` says
 * in words what could not be seen.
 */
export async function observeProofs(
  subject: Subject,
  { depth = 'rows', only, level = 'full', onStep }: ObserveOptions = {},
): Promise<{ seen: Seen; notSeen: (string | NotSeen)[]; proof: ProvenAs }> {
  const all: Record<string, unknown> = {};
  const of: Record<string, ProofLevel> = {};
  const notSeen: (string | NotSeen)[] = [];
  for (const { name, observation } of observing) {
    const asked = isAsked(name, observation);
    const { seen, step, notSeen: missed = [] } = await one(subject, observation, asked);
    all[name] = seen;
    if (asked) {
      of[name] = observation.depth === 'catalog' ? 'catalog' : level;
    }
    notSeen.push(...missed);
    if (step !== undefined) {
      onStep?.(step);
    }
  }
  const further = observing.filter(({ observation }) => observation.depth !== 'catalog');
  return {
    seen: all as Seen,
    notSeen,
    proof: { reached: lowest(further.map(({ name }) => of[name] ?? 'catalog')), of: byFolder(of) },
  };

  function isAsked(name: string, observation: Observation<unknown>): boolean {
    const { phases = [subject.phase] } = observation;
    return (
      (only?.has(name) ?? true) &&
      phases.includes(subject.phase) &&
      depths.indexOf(observation.depth) <= depths.indexOf(depth)
    );
  }
}

/** The levels of all proofs that looked, by the names of their folders. */
function byFolder(of: Readonly<Record<string, ProofLevel>>): Record<string, ProofLevel> {
  return Object.fromEntries(
    everyProof.flatMap(({ name, folder, restsOn = name }) => {
      const level = of[restsOn];
      return level === undefined ? [] : [[path.basename(path.dirname(fileURLToPath(folder))), level]];
    }),
  );
}

function one(
  subject: Subject,
  { nothing, observe }: Observation<unknown>,
  isAsked: boolean,
): Promise<Observed<unknown>> {
  return isAsked ? observe(subject) : Promise.resolve({ seen: nothing });
}
